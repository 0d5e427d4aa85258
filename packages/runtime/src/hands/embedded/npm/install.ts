import type { Call } from '../../../shell/commands/command'
import { bytesOf, textOf } from '../../../shell/text'
import { NODE_VERSION } from '../version'
import { callIn } from './call-in'
import { layOut, type LaidOut } from './lay-out'
import { differing, readLock, writeLock, type Lock } from './lock-file'
import { NpmError, notHere } from './npm-error'
import { copyOf, type Edge, type Overrides, type PackageNode } from './package-tree'
import { isForThisNode, nodeRangeOf } from './pick'
import { findProject, kindOf, needProject, projectOf, rootInfo, withWishes, writeProject, type Project, type Wish } from './project'
import { Registry } from './registry'
import { runScripts } from './scripts'
import { settingsOf, type NpmLine, type Settings } from './settings'
import { wantedOf } from './spec'
import { prune, reachable, TreeBuilder } from './tree-builder'
import { nodeOf, savedText, treeOf, typedEdges, typedText, wantsOf, wishing } from './wishes'
import { meantOf, repoOf, withChanged, type Repo } from './workspaces'

/** One run of a command that changes what is installed. */
interface Installing {
  readonly call: Call
  readonly line: NpmLine
  readonly settings: Settings
  readonly started: number
}

const LOCK = 'package-lock.json'

/** `npm install [<name>…]` */
export async function npmInstall(call: Call, line: NpmLine): Promise<number> {
  const repo = repoOf(call, line, projectOf)
  const wishes = { wanted: line.words.map(wantedOf), line }
  const { wanted } = wishes
  const run = begin(call, line, repo.root)
  if (wanted.length === 0) needProject(call)
  const asked = wishing(repo, wishes, typedText)
  const root = treeOf(asked, lockOf(call, repo.root)?.root, wanted)
  const registry = registryFor(run, wantsOf(wanted, root))
  await build(run, root, { registry, project: asked.root, typed: typedEdges(root, asked, wanted) })
  const isSaved = !line.options.has('no-save')
  const saved = isSaved ? wishing(repo, wishes, (one, project) => savedText(one, nodeOf(root, asked, project), run.settings)) : repo
  const isLockOnly = line.options.has('package-lock-only')
  const shown = treeOf(saved, root, [])
  const laid = isLockOnly ? undefined : await layOut(left(shown, line), placeOf(run, repo.root, registry))
  if (isSaved) {
    if (wanted.length > 0) for (const project of meantOf(saved)) writeProject(call.system.tree, project)
    writeLockFile(call, saved.root, shown)
  }
  await tell(run, shown, laid)
  return wanted.length > 0 || isLockOnly ? 0 : ownScripts(run, saved)
}

/** `npm ci`: what the lock file says, or nothing. */
export async function npmCi(call: Call, line: NpmLine): Promise<number> {
  const repo = repoOf(call, line)
  const run = begin(call, line, repo.root)
  const lock = lockOf(call, repo.root)
  if (lock === undefined)
    throw new NpmError(
      'EUSAGE',
      'The `npm ci` command can only install with an existing package-lock.json. Run an install with npm to make one, then try again.',
    )
  const names = differingIn(lock, repo)
  if (names.length > 0)
    throw new NpmError(
      'EUSAGE',
      '`npm ci` can only install packages when your package.json and package-lock.json are in sync. Please update your lock file with `npm install` before continuing.',
      ...names.slice(0, 20).map((name) => `Missing or other in the lock file: ${name}`),
    )
  const root = treeOf(repo, lock.root, [])
  const registry = registryFor(run, wantsOf([], root))
  const laid = await layOut(left(root, line), { ...placeOf(run, repo.root, registry), isAnew: true })
  await tell(run, root, laid)
  return ownScripts(run, repo)
}

/** What a project or its workspaces ask for and did not when the lock was written, or the other way round. */
function differingIn(lock: Lock, { root, workspaces }: Repo): readonly string[] {
  const locked = new Map(
    [...lock.root.children.values()].flatMap(({ info }) => (info.workspace === undefined ? [] : [[info.workspace, info]])),
  )
  const paths = new Set(workspaces.map(({ path }) => path))
  return [
    ...differing(lock.asked, root.manifest),
    ...[...locked.keys()].filter((path) => !paths.has(path)).map((path) => `workspace ${path}`),
    ...workspaces.flatMap(({ path, name, manifest }) => {
      const then = locked.get(path)
      return then?.name === name ? differing(then, manifest) : [`workspace ${name} (${path})`]
    }),
  ]
}

/**
 * Puts packages back before a script of the project runs: `node_modules` lives with the sandbox, and one that began anew has the lock file
 * alone. 0 where nothing was to be done.
 */
export async function restoreGone(call: Call, line: NpmLine): Promise<number> {
  if (findProject(call) === undefined) return 0
  const repo = repoOf(call, line)
  const { tree } = call.system
  const { folder } = repo.root
  if (tree.find(`${folder}/node_modules`) !== undefined) return 0
  const lock = tree.find(`${folder}/${LOCK}`) === undefined ? undefined : lockOf(call, repo.root)
  if (lock === undefined || lock.root.children.size === 0 || differingIn(lock, repo).length > 0) return 0
  await call.stderr.write('npm warn node_modules is not in this sandbox yet; bringing what package-lock.json says\n')
  return npmCi(call, {
    ...line,
    verb: 'ci',
    words: [],
    extra: [],
    options: new Map([...line.options, ['silent', 'true'], ['ignore-scripts', 'true']]),
  })
}

/** `npm uninstall <name>…` */
export async function npmUninstall(call: Call, line: NpmLine): Promise<number> {
  const repo = repoOf(call, line)
  if (line.words.length === 0) throw new NpmError('EUSAGE', 'npm uninstall requires at least one package name.')
  const run = begin(call, line, repo.root)
  const lock = lockOf(call, repo.root)
  const wishesOf = (project: Project): readonly Wish[] =>
    line.words.flatMap((name): Wish[] => {
      const kind = kindOf(project, name)
      return kind === undefined ? [] : [{ name, kind, text: undefined }]
    })
  const saved = withChanged(repo, (project) => withWishes(project, wishesOf(project)))
  const root = treeOf(saved, lock?.root, [])
  prune(root)
  const registry = registryFor(run, wantsOf([], root))
  await build(run, root, { registry, project: saved.root })
  const laid = await layOut(left(root, line), placeOf(run, repo.root, registry))
  const changed = new Set(meantOf(repo).flatMap((project) => (wishesOf(project).length > 0 ? [project.folder] : [])))
  for (const project of meantOf(saved)) if (changed.has(project.folder)) writeProject(call.system.tree, project)
  writeLockFile(call, saved.root, root)
  await tell(run, root, laid)
  return 0
}

/** Lays out packages in a folder of their own, for `npx`. */
export async function installInto(
  call: Call,
  { folder, word, registry }: { folder: string; word: string; registry: string },
): Promise<void> {
  call.system.tree.mkdir(folder, true)
  const inside = callIn(call, folder)
  const line: NpmLine = {
    verb: 'install',
    words: [word],
    extra: [],
    options: new Map([
      ['silent', 'true'],
      ['registry', registry],
    ]),
  }
  const tree = call.system.tree
  if (tree.find(`${folder}/package.json`) === undefined) tree.writeFile(`${folder}/package.json`, bytesOf('{}\n'))
  await npmInstall(inside, line)
}

function begin(call: Call, line: NpmLine, { folder }: Project): Installing {
  return { call, line, settings: settingsOf(call, line, folder), started: call.system.clock.steady() }
}

function lockOf({ system: { tree } }: Call, project: Project): Lock | undefined {
  const path = `${project.folder}/${LOCK}`
  const node = tree.find(path)
  if (tree.find(`${project.folder}/npm-shrinkwrap.json`) !== undefined) throw notHere('npm-shrinkwrap.json')
  return node?.type === 'file' ? readLock(textOf(node.bytes), path, rootInfo(project)) : undefined
}

function registryFor({ call, line, settings }: Installing, wants: readonly string[]): Registry {
  return new Registry({
    call,
    base: settings.registry,
    purpose: `npm ${line.verb} ${line.words.join(' ')}`.trim().slice(0, 300),
    wants,
    isOffline: line.options.has('offline'),
  })
}

async function build(
  { call, line, settings }: Installing,
  root: PackageNode,
  from: { registry: Registry; project: Project; typed?: ReadonlySet<Edge> },
): Promise<void> {
  const warnings: string[] = []
  const builder = new TreeBuilder(root, {
    registry: from.registry,
    overrides: overridesOf(from.project),
    ignoresPeers: settings.ignoresPeers,
    isForced: line.options.has('force'),
    ...(from.typed && { typed: from.typed }),
    tick: () => call.tick(),
    warn: (text) => void warnings.push(text),
  })
  await builder.build()
  for (const text of new Set(warnings)) await warn({ call, line }, text)
}

/** `overrides` of a name alone; those that depend on who asks are not here. */
function overridesOf({ manifest: { overrides } }: Project): Overrides {
  return new Map(
    Object.entries(overrides).map(([name, text]) => {
      if (typeof text !== 'string' || text.startsWith('$') || name.indexOf('@', 1) > 0)
        throw notHere(`An override that is more than a name and a version (${name})`)
      return [name, text]
    }),
  )
}

function placeOf({ call, line }: Installing, { folder }: Project, registry: Registry): Parameters<typeof layOut>[1] {
  return { call, folder, registry, isAnew: false, isForced: line.options.has('force') }
}

/** Without what `--omit` leaves out. */
function left(root: PackageNode, { options }: NpmLine): PackageNode {
  const omitted = new Set([...(options.get('omit') ?? '').split(','), ...(options.has('production') ? ['dev'] : [])])
  if (!omitted.has('dev') && !omitted.has('optional') && !omitted.has('peer')) return root
  const kept = reachable(root, ({ type }) => !omitted.has(type === 'peerOptional' ? 'peer' : type))
  return copyOf(root, kept)
}

function writeLockFile({ system: { tree } }: Call, { folder, indent }: Project, root: PackageNode): void {
  tree.writeFile(`${folder}/${LOCK}`, bytesOf(writeLock(root, indent)))
}

async function warn({ call, line }: Pick<Installing, 'call' | 'line'>, text: string): Promise<void> {
  if (!line.options.has('silent')) await call.stderr.write(`npm warn ${text}\n`)
}

async function tell(run: Installing, root: PackageNode, laid: LaidOut | undefined): Promise<void> {
  const { call, line, settings, started } = run
  for (const text of settings.unheeded) await warn(run, `config ${text}`)
  for (const { info } of root.all()) {
    if (info === root.info || isForThisNode(info)) continue
    await warn(run, `EBADENGINE ${info.name}@${info.version} wants node ${nodeRangeOf(info)}, this is ${NODE_VERSION}`)
  }
  // Not silenced: what does not run afterwards has its reason here.
  for (const text of laid?.warnings ?? []) await call.stderr.write(`npm warn ${text}\n`)
  if (line.options.has('silent')) return
  const seconds = (call.system.clock.steady() - started) / 1000
  const took = seconds < 1 ? `${Math.round(seconds * 1000)}ms` : `${Math.round(seconds)}s`
  await call.stdout.write(`\n${laid ? countsOf(laid) : 'up to date'} in ${took}\n`)
}

function countsOf({ added, removed, changed }: LaidOut): string {
  const words = [
    [added, 'added'],
    [removed, 'removed'],
    [changed, 'changed'],
  ] as const
  const told = words.filter(([count]) => count > 0).map(([count, word]) => `${word} ${count} package${count === 1 ? '' : 's'}`)
  const last = told.pop()
  if (last === undefined) return 'up to date'
  return told.length === 0 ? last : `${told.join(', ')}${told.length > 1 ? ',' : ''} and ${last}`
}

/** Of the project itself and its workspaces, as npm runs them when all of it is installed. */
async function ownScripts({ call, line }: Installing, { root, workspaces }: Repo): Promise<number> {
  if (line.options.has('ignore-scripts')) return 0
  const isSilent = line.options.has('silent')
  for (const names of [['prepare'], ['preinstall', 'install', 'postinstall']])
    for (const project of workspaces) {
      const code = await runScripts(call, { project, names, main: '', extra: [], isSilent })
      if (code !== 0) return code
    }
  const names = ['preinstall', 'install', 'postinstall', 'prepublish', 'preprepare', 'prepare', 'postprepare']
  return runScripts(call, { project: root, names, main: '', extra: [], isSilent })
}
