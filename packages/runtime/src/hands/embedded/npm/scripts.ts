import type { Call } from '../../../shell/commands/command'
import type { Process } from '../../../shell/processes/process'
import type { Manifest } from './manifest'
import { NpmError } from './npm-error'
import type { Project } from './project'
import type { NpmLine } from './settings'
import { meantOf, repoOf } from './workspaces'

const quoted = (word: string): string => (/^[\w./:=@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)

/** Runs one script of the project, or of each workspace that is meant, with its `pre` and `post`; or lists them all. */
export async function runCommandScript(call: Call, line: NpmLine, named: string | undefined): Promise<number> {
  const [first, ...others] = line.words
  const asked = { script: named ?? first, extra: [...(named === undefined ? others : line.words), ...line.extra] }
  const repo = repoOf(call, line)
  const meant = meantOf(repo)
  const [only] = meant
  const isOne = only !== undefined && meant.length === 1
  // The folder in which the line was said is no choice.
  if (isOne && !['workspace', 'workspaces'].some((name) => line.options.has(name))) return runOne(call, line, { ...asked, project: only })
  let worst = 0
  for (const [at, project] of meant.entries()) {
    if (at > 0 && asked.script === undefined) await call.stdout.write('\n')
    const code = await runAmong(call, line, { ...asked, project })
    if (code !== 0) worst = code
  }
  return worst
}

/** A script that a line names, in one project. */
interface Asked {
  readonly project: Project
  readonly script: string | undefined
  readonly extra: readonly string[]
}

/** One of several: what goes wrong is told with the place, and the others run all the same. */
async function runAmong(call: Call, line: NpmLine, asked: Asked): Promise<number> {
  const { project, script = '' } = asked
  const place = [`workspace ${titleOf(project)}`, `location ${project.folder}`]
  const tell = (...lines: readonly string[]): Promise<void> =>
    call.stderr.write(`${[`Lifecycle script \`${script}\` failed with error:`, ...lines].map((one) => `npm error ${one}\n`).join('')}\n`)
  try {
    const code = await runOne(call, line, asked)
    if (code !== 0) await tell(`code ${code}`, `path ${project.folder}`, ...place)
    return code
  } catch (thrown) {
    if (!(thrown instanceof NpmError)) throw thrown
    await tell(...place, ...thrown.lines)
    return 1
  }
}

async function runOne(call: Call, line: NpmLine, { project, script, extra }: Asked): Promise<number> {
  const scripts = project.manifest.scripts
  if (script === undefined) {
    const listed = Object.entries(scripts).map(([name, text]) => `  ${name}\n    ${text}\n`)
    await call.stdout.write(`Scripts available in ${project.manifest.name ?? 'this project'}:\n${listed.join('')}`)
    return 0
  }
  if (!Object.hasOwn(scripts, script) && !(script === 'start' && call.system.tree.find(`${project.folder}/server.js`)?.type === 'file')) {
    if (line.options.has('if-present')) return 0
    throw new NpmError('', `Missing script: "${script}"`)
  }
  const isSilent = line.options.has('silent')
  return runScripts(call, { project, names: [`pre${script}`, script, `post${script}`], main: script, extra, isSilent })
}

const titleOf = ({ manifest: { name, version } }: Project): string => `${name ?? ''}${version === undefined ? '' : `@${version}`}`

/** Scripts that run one after the other until one fails. */
export interface ScriptRun {
  readonly project: Project
  readonly names: readonly string[]
  /** The one that gets the words behind it. */
  readonly main: string
  readonly extra: readonly string[]
  readonly isSilent: boolean
}

/** Gives the code of the first that failed, else 0. */
export async function runScripts(call: Call, { project, names, main, extra, isSilent }: ScriptRun): Promise<number> {
  const { manifest, folder } = project
  const title = titleOf(project)
  for (const name of names) {
    const line = lineOf(manifest, name)
    if (line === undefined) continue
    const command = name === main ? [line, ...extra.map(quoted)].join(' ') : line
    if (!isSilent) await call.stdout.write(`\n> ${`${title} ${name}`.trim()}\n> ${command}\n\n`)
    const release = handOn(call)
    const env = scriptEnv(call, project, { name, line })
    const code = await call.exec(['sh', '-c', command], { env, cwd: folder, signal: call.process.signal }).finally(release)
    if (code !== 0) return code
  }
  return 0
}

/** Whoever ends npm ends what its script runs, the shell between them included, as npm hands on signals. The function that comes back ends the watch. */
function handOn({ process, system }: Call): () => void {
  const isBelow = (one: Process | undefined): boolean =>
    one !== undefined && (one.ppid === process.pid || isBelow(system.processes.find(one.ppid)))
  const hand = (): void => {
    // Who is below is known as long as all between are there.
    for (const one of system.processes.all.filter(isBelow)) one.deliver('TERM')
  }
  process.signal.addEventListener('abort', hand, { once: true })
  return () => process.signal.removeEventListener('abort', hand)
}

function lineOf({ scripts }: Manifest, name: string): string | undefined {
  if (Object.hasOwn(scripts, name)) return scripts[name]
  return name === 'start' ? 'node server.js' : undefined
}

/** As npm sets it: commands of packages are found first. */
export function scriptEnv(
  call: Call,
  { folder, manifest }: Project,
  script?: { readonly name: string; readonly line: string },
): ReadonlyMap<string, string> {
  const folders: string[] = []
  for (let at = folder; ; at = at.slice(0, at.lastIndexOf('/'))) {
    folders.push(`${at}/node_modules/.bin`)
    if (at === '') break
  }
  return new Map([
    ...call.env,
    ['PATH', `${folders.join(':')}:${call.env.get('PATH') ?? '/usr/bin:/bin'}`],
    ['INIT_CWD', call.cwd],
    ['npm_config_user_agent', 'npm/10.8.2 node/v20.19.0 linux x64 workspaces/false'],
    ['npm_package_json', `${folder}/package.json`],
    ['npm_package_name', manifest.name ?? ''],
    ['npm_package_version', manifest.version ?? ''],
    ['npm_command', 'run-script'],
    ...(script
      ? ([
          ['npm_lifecycle_event', script.name],
          ['npm_lifecycle_script', script.line],
        ] as const)
      : []),
  ])
}
