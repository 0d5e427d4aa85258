import { EMBEDDED, isJsonObject, type AutomaticPlace, type Json } from '@tabwright/protocol'

/** What is known of a session for which the app chooses. */
export interface AutomaticInput {
  /** The person agreed to WebContainers in this browser. */
  readonly isAgreed: boolean
  /** This page can have one, and the last one that was begun came up. */
  readonly canHave: boolean
  /** Text of the project's `package.json`; undefined: it has none. */
  readonly manifest: string | undefined
}

/** The sandbox speaks as this Node. */
const SANDBOX_NODE = 20

/** What these do is done by programs of the machine or code that is compiled for it, which the sandbox refuses. */
const BEYOND: ReadonlySet<string> = new Set([
  '@angular/cli',
  '@remix-run/dev',
  '@swc/core',
  '@sveltejs/kit',
  'astro',
  'bcrypt',
  'better-sqlite3',
  'canvas',
  'esbuild',
  'gatsby',
  'next',
  'nuxt',
  'parcel',
  'prisma',
  'sass-embedded',
  'sharp',
  'sqlite3',
  'turbo',
])

const MOST_TEXT = 1_000_000

/** What a project needs that the sandbox lacks, by its name; undefined: nothing that is known. */
export function needOf(manifest: string | undefined): string | undefined {
  const project = parsed(manifest)
  if (project === undefined) return undefined
  for (const list of ['dependencies', 'devDependencies'] as const) {
    const named = project[list]
    const found = isJsonObject(named) && Object.keys(named).find((name) => BEYOND.has(name))
    if (typeof found === 'string') return found
  }
  const engine = isJsonObject(project['engines']) ? project['engines']['node'] : undefined
  // Of a range the least that it takes; of `>=18 || >=22` that is the first.
  const least = typeof engine === 'string' ? Number(/^\s*(?:>=?|\^|~|=|v)*\s*(\d{1,3})(?![\d])/.exec(engine)?.[1]) : Number.NaN
  return least > SANDBOX_NODE ? `Node ${least}` : undefined
}

/** Every session begins in the sandbox, which costs nothing. */
export function automaticPlace({ isAgreed, canHave, manifest }: AutomaticInput): AutomaticPlace {
  const need = needOf(manifest)
  if (need === undefined) return { hands: EMBEDDED, why: 'fits' }
  if (!isAgreed) return { hands: EMBEDDED, why: 'not-agreed', need }
  return canHave ? { hands: { type: 'webcontainers' }, why: 'needed', need } : { hands: EMBEDDED, why: 'not-here', need }
}

/** Why it is that place, for the agent. */
export function whyText({ why, need }: AutomaticPlace): string {
  return why === 'needed' ? `package.json names ${need}, which the sandbox lacks` : 'the sandbox is what there is for this project'
}

/** A project that is no JSON says nothing; whoever runs npm in it is told. */
function parsed(manifest: string | undefined): Readonly<Record<string, Json>> | undefined {
  if (manifest === undefined || manifest.length > MOST_TEXT) return undefined
  try {
    const value: Json = JSON.parse(manifest)
    return isJsonObject(value) ? value : undefined
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return undefined
    throw thrown
  }
}
