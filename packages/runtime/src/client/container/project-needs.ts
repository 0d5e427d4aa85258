import { isJsonObject, type Json, type Row } from '@tabwright/protocol'

/** What a project says of itself, and what the sandbox's npm said of it. */
export interface ProjectWords {
  /** Text of the project's `package.json`; undefined: it has none. */
  readonly manifest: string | undefined
  /** Text of its `package-lock.json`. */
  readonly lock?: string | undefined
  /** What npm could not install whole, by its name. */
  readonly refused?: string | undefined
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

/** They bring a script or native code, and work here without: the sandbox has it, or it only prints or looks whether it is needed. */
const NEEDLESS: ReadonlySet<string> = new Set([
  'core-js',
  'core-js-pure',
  'es5-ext',
  'esbuild',
  'fsevents',
  'protobufjs',
  'rollup',
  'vue-demi',
])

/** A lock file names every package, so it may be long. */
const MOST_TEXT = 8_000_000

/** What a project needs that the sandbox lacks, by its name; undefined: nothing that is known. */
export function needOf({ manifest, lock, refused }: ProjectWords): string | undefined {
  return refused ?? named(parsed(manifest)) ?? locked(parsed(lock)) ?? node(parsed(manifest))
}

type Parsed = Readonly<Record<string, Json>> | undefined

function named(project: Parsed): string | undefined {
  const lists = [project?.['dependencies'], project?.['devDependencies']]
  return lists.flatMap((list) => (isJsonObject(list) ? Object.keys(list) : [])).find((name) => BEYOND.has(name))
}

/** Of packages that others bring along: what is not optional and is known, or has a script that npm would run. */
function locked(lock: Parsed): string | undefined {
  const packages = lock?.['packages']
  if (!isJsonObject(packages)) return undefined
  for (const [path, info] of Object.entries(packages)) {
    const name = /(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)$/.exec(path)?.[1]
    if (name === undefined || NEEDLESS.has(name) || !isJsonObject(info) || info['optional'] === true) continue
    if (BEYOND.has(name) || info['hasInstallScript'] === true) return name
  }
  return undefined
}

function node(project: Parsed): string | undefined {
  const engine = isJsonObject(project?.['engines']) ? project['engines']['node'] : undefined
  // Of a range the least that it takes; of `>=18 || >=22` that is the first.
  const least = typeof engine === 'string' ? Number(/^\s*(?:>=?|\^|~|=|v)*\s*(\d{1,3})(?![\d])/.exec(engine)?.[1]) : Number.NaN
  return least > SANDBOX_NODE ? `Node ${least}` : undefined
}

/** As the sandbox's npm says it (`hands/embedded/npm/lay-out.ts`). */
const REFUSAL =
  /^npm (?:error|warn native|warn install-scripts) ((?:@[^\s@]+\/)?[^\s@]+)@\S+ (?:is compiled for|needs a native addon|wants to run a script)/gm
/** Older ones were answered in some way. */
const CALLS_BACK = 20

/** The package that npm last said, in one of the newest commands, it could not install whole; undefined: none. */
export function refusedByNpm(rows: readonly Row[]): string | undefined {
  const calls = rows.filter((row) => row.type === 'call').slice(-CALLS_BACK)
  for (const { name, outcome } of calls.toReversed()) {
    if (name !== 'shell' || outcome === undefined || !('text' in outcome)) continue
    for (const [, refused = ''] of outcome.text.matchAll(REFUSAL)) if (!NEEDLESS.has(refused)) return refused
  }
  return undefined
}

/** A project that is no JSON says nothing; whoever runs npm in it is told. */
function parsed(text: string | undefined): Parsed {
  if (text === undefined || text.length > MOST_TEXT) return undefined
  try {
    const value: Json = JSON.parse(text)
    return isJsonObject(value) ? value : undefined
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return undefined
    throw thrown
  }
}
