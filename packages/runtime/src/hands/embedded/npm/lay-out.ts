import type { Call } from '../../../shell/commands/command'
import { bytesOf, textOf } from '../../../shell/text'
import type { FileTree } from '../../../shell/tree/file-tree'
import { parentName } from '../../../shell/tree/tree-node'
import { optionalOnly, readLock, writeLock } from './lock-file'
import { binsOf, installScripts, manifestOf } from './manifest'
import { NpmError, OTHER_HANDS } from './npm-error'
import { copyOf, type PackageNode } from './package-tree'
import { isForThisPlatform } from './pick'
import type { Registry } from './registry'
import { missingInfo } from './tree-builder'
import { unpack, type PackageFile } from './unpack'

/** What came of {@link layOut}. */
export interface LaidOut {
  readonly added: number
  readonly removed: number
  readonly changed: number
  /** What was not done for a package, and where it can be. */
  readonly warnings: readonly string[]
}

/** Where packages are put. */
export interface Place {
  readonly call: Call
  /** The project’s. */
  readonly folder: string
  readonly registry: Registry
  /** Nothing that is there counts (`npm ci`). */
  readonly isAnew: boolean
  readonly isForced: boolean
}

/** Many small archives: the network takes no more at once. */
const AT_ONCE = 6
/** All archives of one command together. */
const MOST_FETCHED = 512 * 1024 * 1024

/** Makes `node_modules` what the tree says. All archives are there and checked before a file is touched. @throws NpmError, NetRefusal */
export async function layOut(root: PackageNode, place: Place): Promise<LaidOut> {
  const { call, folder, isAnew, isForced } = place
  const { tree } = call.system
  const nodes = installable(root, isForced)
  const workspaces = [...root.children.values()].filter(isWorkspace)
  const { packages: before, links } = isAnew ? NOTHING_YET : laidOut(tree, folder)
  const wanted = new Map(nodes.map((node) => [node.location, node]))
  const gone = [...before.keys()].filter((location) => !wanted.has(location))
  const fresh = nodes.filter(
    (node) => before.get(node.location) !== markOf(node) || tree.find(`${folder}/${node.location}/package.json`)?.type !== 'file',
  )
  const archives = await fetchAll(fresh, place)
  if (isAnew) for (const at of [root, ...workspaces]) removeAt(tree, inFolder(folder, at, 'node_modules'))
  for (const location of gone) removePackage(tree, `${folder}/${location}`)
  const warnings: string[] = []
  // A package before those inside of it.
  for (const node of fresh.toSorted((a, b) => a.depth - b.depth)) {
    call.tick()
    await call.system.breathe()
    const what = `${node.info.name}@${node.info.version}`
    const files = await unpack(archives.get(node) ?? new Uint8Array(), { what, tick: () => call.tick() })
    archives.delete(node)
    putPackage(tree, `${folder}/${node.location}`, files)
    warnings.push(...warningsOf(what, files))
  }
  const linked = linkWorkspaces(tree, folder, { workspaces, before: links })
  linkBins(tree, folder, [...nodes, ...workspaces])
  writeHidden(place, nodes, root)
  const changed = fresh.filter((node) => before.has(node.location)).length
  return { added: fresh.length - changed + linked.added, removed: gone.length + linked.removed, changed, warnings }
}

/** What is put in place: not the project, and not what is for other machines. @throws NpmError EBADPLATFORM */
function installable(root: PackageNode, isForced: boolean): readonly PackageNode[] {
  const isOptional = optionalOnly(root)
  const nodes: PackageNode[] = []
  for (const node of root.all()) {
    if (node === root || isWorkspace(node)) continue
    const { name, version, os, cpu } = node.info
    if (isForThisPlatform(node.info)) nodes.push(node)
    else if (!isOptional(node) && !isForced) {
      const wants = [...os.map((one) => `os ${one}`), ...cpu.map((one) => `cpu ${one}`)].join(', ')
      throw new NpmError('EBADPLATFORM', `${name}@${version} is compiled for ${wants}; this sandbox runs no native code. ${OTHER_HANDS}`)
    }
  }
  // What is below a package that is left out is left out too.
  const kept = new Set(nodes)
  return nodes.filter((node) => node.parent !== undefined && (node.parent === root || isWorkspace(node.parent) || kept.has(node.parent)))
}

const isWorkspace = ({ info }: PackageNode): boolean => info.workspace !== undefined
const inFolder = (folder: string, { location }: PackageNode, name: string): string => [folder, location, name].filter(Boolean).join('/')
const markOf = ({ info }: PackageNode): string => `${info.name}@${info.version} ${info.integrity ?? info.resolved ?? ''}`
const hiddenPath = (folder: string): string => `${folder}/node_modules/.package-lock.json`

/** What npm put in place the last time: packages with their marks by location, names of workspaces that are links. */
interface Before {
  readonly packages: ReadonlyMap<string, string>
  readonly links: ReadonlySet<string>
}

const NOTHING_YET: Before = { packages: new Map(), links: new Set() }

function laidOut(tree: FileTree, folder: string): Before {
  const path = hiddenPath(folder)
  const node = tree.find(path)
  if (node?.type !== 'file') return NOTHING_YET
  try {
    const { root } = readLock(textOf(node.bytes), path, missingInfo(''))
    const all = [...root.all()].filter((one) => one !== root)
    const packages = all.filter((one) => !isWorkspace(one)).map((one) => [one.location, markOf(one)] as const)
    return { packages: new Map(packages), links: new Set(all.filter(isWorkspace).map(({ name }) => name)) }
  } catch (thrown) {
    // Somebody wrote into it: all is put in place again.
    if (thrown instanceof NpmError) return NOTHING_YET
    throw thrown
  }
}

async function fetchAll(nodes: readonly PackageNode[], { call, registry }: Place): Promise<Map<PackageNode, Uint8Array>> {
  const archives = new Map<PackageNode, Uint8Array>()
  const left = [...nodes]
  let size = 0
  const worker = async (): Promise<void> => {
    for (let node = left.shift(); node !== undefined; node = left.shift()) {
      call.tick()
      const bytes = await registry.tarball(archiveOf(node, registry))
      size += bytes.length
      if (size > MOST_FETCHED)
        throw new NpmError('ETOOBIG', `The packages come to more than ${MOST_FETCHED / 1024 / 1024} MiB. Nothing was installed.`)
      archives.set(node, bytes)
    }
  }
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, worker))
  } finally {
    // One that failed ends the others with their next.
    left.length = 0
  }
  return archives
}

function archiveOf({ info: { name, version, resolved, integrity } }: PackageNode, { base }: Registry): Parameters<Registry['tarball']>[0] {
  const url = resolved ?? `${base}${name}/-/${name.slice(name.indexOf('/') + 1)}-${version}.tgz`
  return { name, version, url, integrity }
}

/** What other packages have below it stays. */
function putPackage(tree: FileTree, at: string, files: readonly PackageFile[]): void {
  const node = tree.find(at)
  if (node?.type === 'folder') {
    for (const name of node.children.keys()) if (name !== 'node_modules') tree.rm(`${at}/${name}`, { recursive: true, force: true })
  } else removeAt(tree, at)
  tree.mkdir(at, true)
  for (const { path, bytes, isExecutable } of files) {
    tree.mkdir(parentName(`${at}/${path}`), true)
    tree.writeFile(`${at}/${path}`, bytes, isExecutable ? 0o755 : 0o644)
  }
}

/** Puts a link to each workspace where a package of its name would be; takes away those of workspaces that are no more. */
function linkWorkspaces(
  tree: FileTree,
  folder: string,
  { workspaces, before }: { workspaces: readonly PackageNode[]; before: ReadonlySet<string> },
): { added: number; removed: number } {
  let added = 0
  for (const { name, location } of workspaces) {
    const at = `${folder}/node_modules/${name}`
    const target = `${'../'.repeat(name.split('/').length)}${location}`
    if (linkAt(tree, at) === target) continue
    removeAt(tree, at)
    tree.mkdir(parentName(at), true)
    tree.symlink(target, at)
    added += 1
  }
  const names = new Set(workspaces.map(({ name }) => name))
  const gone = [...before].filter((name) => !names.has(name) && linkAt(tree, `${folder}/node_modules/${name}`) !== undefined)
  for (const name of gone) removePackage(tree, `${folder}/node_modules/${name}`)
  return { added, removed: gone.length }
}

function linkAt(tree: FileTree, at: string): string | undefined {
  const above = tree.find(parentName(at))
  const node = above?.type === 'folder' ? above.children.get(at.slice(at.lastIndexOf('/') + 1)) : undefined
  return node?.type === 'link' ? node.target : undefined
}

/** Whatever stands there, also below a folder that is not there. */
function removeAt(tree: FileTree, at: string): void {
  if (tree.find(parentName(at))?.type === 'folder') tree.rm(at, { recursive: true, force: true })
}

function removePackage(tree: FileTree, at: string): void {
  removeAt(tree, at)
  const above = parentName(at)
  const node = tree.find(above)
  if (node?.type === 'folder' && node.children.size === 0) tree.rmdir(above)
}

/** npm runs the scripts of packages and builds what is native; here neither is done, so each is told. */
function warningsOf(what: string, files: readonly PackageFile[]): readonly string[] {
  const own = files.find(({ path }) => path === 'package.json')
  const manifest = own && manifestOf(jsonOf(own.bytes))
  const native = files.some(({ path }) => path === 'binding.gyp') ? 'binding.gyp' : files.find(({ path }) => path.endsWith('.node'))?.path
  const scripts = manifest ? installScripts(manifest).map(([name, line]) => `${name}: ${line.slice(0, 200)}`) : []
  if (native !== undefined)
    return [`native ${what} needs a native addon (${native}), which this sandbox can neither build nor load. ${OTHER_HANDS}`]
  return scripts.length > 0
    ? [`install-scripts ${what} wants to run a script, which was not run (${scripts.join('; ')}). ${OTHER_HANDS}`]
    : []
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(textOf(bytes))
  } catch {
    // Node will say so when the package is used.
    return undefined
  }
}

/** Commands of packages, beside them in `.bin`. */
function linkBins(tree: FileTree, folder: string, nodes: readonly PackageNode[]): void {
  const taken = new Set<string>()
  const emptied = new Set<string>()
  for (const { name, parent, info } of nodes.toSorted((a, b) => a.location.localeCompare(b.location, 'en'))) {
    const above = parent === undefined || parent.location === '' ? folder : `${folder}/${parent.location}`
    const bin = `${above}/node_modules/.bin`
    if (!emptied.has(bin)) removeAt(tree, bin)
    emptied.add(bin)
    for (const [command, file] of binsOf(info)) {
      const target = `${above}/node_modules/${name}/${file}`
      const node = tree.find(target)
      if (node?.type !== 'file' || taken.has(`${bin}/${command}`)) continue
      taken.add(`${bin}/${command}`)
      tree.mkdir(bin, true)
      tree.chmod(target, node.mode | 0o755)
      withoutReturn(tree, target)
      tree.symlink(`../${name}/${file}`, `${bin}/${command}`)
    }
  }
}

/** A `#!` line of a file with CRLF names a program that ends in a carriage return. */
function withoutReturn(tree: FileTree, path: string): void {
  const bytes = tree.readFile(path)
  if (bytes[0] !== 0x23 || bytes[1] !== 0x21) return
  const end = bytes.indexOf(0x0a)
  if (end > 0 && bytes[end - 1] === 0x0d) tree.writeFile(path, bytesOf(textOf(bytes).replace('\r\n', '\n')))
}

/** npm’s own note of what it put in place, so that the next command changes only what differs. */
function writeHidden(
  {
    call: {
      system: { tree },
    },
    folder,
  }: Place,
  nodes: readonly PackageNode[],
  root: PackageNode,
): void {
  if (nodes.length === 0 && tree.find(`${folder}/node_modules`) === undefined) return
  const copy = copyOf(root, new Set([...nodes, ...[...root.children.values()].filter(isWorkspace)]))
  tree.mkdir(`${folder}/node_modules`, true)
  tree.writeFile(hiddenPath(folder), bytesOf(writeLock(copy, 2)))
}
