import semver from 'semver'
import type { Call } from '../../../shell/commands/command'
import { bytesOf, textOf } from '../../../shell/text'
import { layOut, type LaidOut } from './lay-out'
import { differing, readLock, writeLock, type Lock } from './lock-file'
import { NpmError, notHere } from './npm-error'
import { copyOf, PackageNode, type Overrides } from './package-tree'
import { isForThisNode, nodeRangeOf } from './pick'
import {
  findProject,
  kindOf,
  needProject,
  projectOf,
  rootInfo,
  withWishes,
  writeProject,
  type DependencyKind,
  type Project,
  type Wish,
} from './project'
import { Registry } from './registry'
import { runScripts } from './scripts'
import { settingsOf, type NpmLine, type Settings } from './settings'
import { wantedOf, type Wanted } from './spec'
import { prune, reachable, TreeBuilder } from './tree-builder'
import { MAX_WANTS } from '../messages'
import { NODE_VERSION } from '../version'

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
  const project = projectOf(call)
  refuseWorkspaces(project)
  const wanted = line.words.map(wantedOf)
  const run = begin(call, line, project)
  if (wanted.length === 0) needProject(call)
  const lock = lockOf(call, project)
  const asked = withWishes(
    project,
    wanted.map((one) => ({ name: one.name, kind: kindFor(one.name, project, line), text: textOfWish(one) })),
  )
  const root = withoutOf(lock?.root, asked, wanted)
  const registry = registryFor(run, wantsOf(wanted, asked, root))
  await build(run, root, { registry, project: asked })
  const saved = line.options.has('no-save')
    ? project
    : withWishes(
        project,
        wanted.map((one) => ({ name: one.name, kind: kindFor(one.name, project, line), text: savedText(one, root, run.settings) })),
      )
  const isLockOnly = line.options.has('package-lock-only')
  const shown = new PackageNode(root.name, rootInfo(saved))
  for (const child of root.children.values()) move(child, shown)
  const laid = isLockOnly ? undefined : await layOut(left(shown, line), placeOf(run, project, registry))
  if (!line.options.has('no-save')) {
    if (wanted.length > 0) writeProject(call.system.tree, saved)
    writeLockFile(call, saved, shown)
  }
  await tell(run, shown, laid)
  return wanted.length > 0 || isLockOnly ? 0 : ownScripts(run, saved)
}

/** `npm ci`: what the lock file says, or nothing. */
export async function npmCi(call: Call, line: NpmLine): Promise<number> {
  const project = needProject(call)
  refuseWorkspaces(project)
  const run = begin(call, line, project)
  const lock = lockOf(call, project)
  if (lock === undefined)
    throw new NpmError(
      'EUSAGE',
      'The `npm ci` command can only install with an existing package-lock.json. Run an install with npm to make one, then try again.',
    )
  const names = differing(lock.asked, project.manifest)
  if (names.length > 0)
    throw new NpmError(
      'EUSAGE',
      '`npm ci` can only install packages when your package.json and package-lock.json are in sync. Please update your lock file with `npm install` before continuing.',
      ...names.slice(0, 20).map((name) => `Missing or other in the lock file: ${name}`),
    )
  const registry = registryFor(run, wantsOf([], project, lock.root))
  const laid = await layOut(left(lock.root, line), { ...placeOf(run, project, registry), isAnew: true })
  await tell(run, lock.root, laid)
  return ownScripts(run, project)
}

/**
 * Puts packages back before a script of the project runs: `node_modules` lives with the sandbox, and one that began anew has the lock file
 * alone. 0 where nothing was to be done.
 */
export async function restoreGone(call: Call, line: NpmLine): Promise<number> {
  const project = findProject(call)
  const { tree } = call.system
  if (project === undefined || tree.find(`${project.folder}/node_modules`) !== undefined || project.manifest.workspaces !== undefined)
    return 0
  const lock = tree.find(`${project.folder}/${LOCK}`) === undefined ? undefined : lockOf(call, project)
  if (lock === undefined || lock.root.children.size === 0 || differing(lock.asked, project.manifest).length > 0) return 0
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
  const project = needProject(call)
  if (line.words.length === 0) throw new NpmError('EUSAGE', 'npm uninstall requires at least one package name.')
  const run = begin(call, line, project)
  const lock = lockOf(call, project)
  const wishes = line.words.flatMap((name): Wish[] => {
    const kind = kindOf(project, name)
    return kind === undefined ? [] : [{ name, kind, text: undefined }]
  })
  const saved = withWishes(project, wishes)
  const root = withoutOf(lock?.root, saved, [])
  prune(root)
  const registry = registryFor(run, wantsOf([], saved, root))
  await build(run, root, { registry, project: saved })
  const laid = await layOut(left(root, line), placeOf(run, project, registry))
  if (wishes.length > 0) writeProject(call.system.tree, saved)
  writeLockFile(call, saved, root)
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

/** A call that is made elsewhere. Its methods are the call’s own. */
function callIn(call: Call, folder: string): Call {
  return {
    name: call.name,
    args: call.args,
    env: call.env,
    cwd: folder,
    umask: call.umask,
    system: call.system,
    process: call.process,
    stdin: call.stdin,
    stdout: call.stdout,
    stderr: call.stderr,
    at: (path) => call.at(path),
    open: (path) => call.open(path),
    create: (path, how) => call.create(path, how),
    file: (descriptor) => call.file(descriptor),
    exec: (argv, how) => call.exec(argv, how),
    tick: () => call.tick(),
  }
}

function begin(call: Call, line: NpmLine, { folder }: Project): Installing {
  return { call, line, settings: settingsOf(call, line, folder), started: call.system.clock.steady() }
}

function refuseWorkspaces({ manifest }: Project): void {
  if (manifest.workspaces !== undefined) throw notHere('Installing a project with workspaces')
}

function lockOf({ system: { tree } }: Call, project: Project): Lock | undefined {
  const path = `${project.folder}/${LOCK}`
  const node = tree.find(path)
  if (tree.find(`${project.folder}/npm-shrinkwrap.json`) !== undefined) throw notHere('npm-shrinkwrap.json')
  return node?.type === 'file' ? readLock(textOf(node.bytes), path, rootInfo(project)) : undefined
}

/** What the lock says below a project that asks for something else by now; packages that were named anew are looked up anew. */
function withoutOf(before: PackageNode | undefined, project: Project, wanted: readonly Wanted[]): PackageNode {
  const root = new PackageNode(before?.name ?? rootInfo(project).name, rootInfo(project))
  for (const child of before?.children.values() ?? []) if (!wanted.some(({ name }) => name === child.name)) move(child, root)
  return root
}

function move(node: PackageNode, to: PackageNode): void {
  const copy = new PackageNode(node.name, node.info, to)
  to.children.set(node.name, copy)
  for (const child of node.children.values()) move(child, copy)
}

function kindFor(name: string, project: Project, { options }: NpmLine): DependencyKind {
  if (options.has('save-dev')) return 'devDependencies'
  if (options.has('save-optional')) return 'optionalDependencies'
  if (options.has('save-peer')) return 'peerDependencies'
  if (options.has('save-prod')) return 'dependencies'
  return kindOf(project, name) ?? 'dependencies'
}

const textOfWish = ({ name, spec, raw }: Wanted): string => (name === spec.name ? raw || 'latest' : `npm:${spec.name}@${spec.range}`)

/** What `package.json` says afterwards: the range that was asked for where that is the narrower one, else from the version that came. */
function savedText({ name, spec }: Wanted, root: PackageNode, { savePrefix }: Settings): string {
  const version = root.children.get(name)?.info.version ?? ''
  const usual = savePrefix + version
  const isUsual = spec.type !== 'range' || spec.range === '*' || semver.subset(usual, spec.range, { loose: true })
  const range = isUsual ? usual : spec.range
  return name === spec.name ? range : `npm:${spec.name}@${range}`
}

/** All that one answer of the person covers by name: what was typed, what the project asks for, what the lock file holds. */
function wantsOf(wanted: readonly Wanted[], { manifest }: Project, root: PackageNode): readonly string[] {
  const typed = wanted.map(({ spec, raw }) => (raw === '' ? spec.name : `${spec.name}@${spec.range}`))
  const locked = [...root.all()].flatMap(({ parent, info }) => (parent === undefined ? [] : [`${info.name}@${info.version}`]))
  const aliased = [manifest.dependencies, manifest.devDependencies, manifest.optionalDependencies, manifest.peerDependencies].flatMap(
    (named) => Object.entries(named).map(([name, text]) => (text.startsWith('npm:') ? text.slice(4).replace(/(?<=.)@.*$/, '') : name)),
  )
  const known = new Set(locked.map((one) => one.replace(/(?<=.)@.*$/, '')))
  const all = [
    ...new Set([...typed, ...locked, ...aliased.filter((name) => !known.has(name) && !typed.some((one) => one.startsWith(name)))]),
  ]
  if (all.length > MAX_WANTS) throw new NpmError('ETOOMANY', `More than ${MAX_WANTS} packages are named; nobody could look at them.`)
  return all
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
  from: { registry: Registry; project: Project },
): Promise<void> {
  const warnings: string[] = []
  const builder = new TreeBuilder(root, {
    registry: from.registry,
    overrides: overridesOf(from.project),
    ignoresPeers: settings.ignoresPeers,
    isForced: line.options.has('force'),
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

/** Of the project itself, as npm runs them when all of it is installed. */
function ownScripts({ call, line }: Installing, project: Project): Promise<number> {
  if (line.options.has('ignore-scripts')) return Promise.resolve(0)
  const names = ['preinstall', 'install', 'postinstall', 'prepublish', 'preprepare', 'prepare', 'postprepare']
  return runScripts(call, { project, names, main: '', extra: [], isSilent: line.options.has('silent') })
}
