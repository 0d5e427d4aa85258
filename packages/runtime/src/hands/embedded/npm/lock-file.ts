import type { Json } from '@tabwright/protocol'
import * as z from 'zod/mini'
import { catch as lenient } from 'zod/mini'
import { binsOf, isName, manifestOf, nameOfFolder, type Manifest } from './manifest'
import { NpmError } from './npm-error'
import { PackageNode, type PackageInfo } from './package-tree'
import { reachable } from './tree-builder'

const lockFile = z.object({ lockfileVersion: z.int(), packages: z.optional(z.record(z.string(), z.unknown())) })
const entry = z.looseObject({
  name: lenient(z.optional(z.string()), undefined),
  version: lenient(z.optional(z.string()), undefined),
  resolved: lenient(z.optional(z.string()), undefined),
  integrity: lenient(z.optional(z.string()), undefined),
  link: lenient(z.optional(z.boolean()), undefined),
  inBundle: lenient(z.optional(z.boolean()), undefined),
})

/** What a lock file says: the tree below a project, and what the project asked for when it was written. */
export interface Lock {
  readonly root: PackageNode
  readonly asked: Manifest
}

/** Reads a `package-lock.json`. @param project its own manifest stands at the root. @throws NpmError EUSAGE, EJSONPARSE, ENOTSUP */
export function readLock(text: string, path: string, project: PackageInfo): Lock {
  const parsed = z.safeParse(lockFile, jsonOf(text, path))
  if (!parsed.success || parsed.data.lockfileVersion < 2 || parsed.data.packages === undefined)
    throw new NpmError(
      'EUSAGE',
      `${path} is of lockfileVersion 1 or no lock file at all; this npm reads 2 and 3. Remove it and run npm install to make a new one.`,
    )
  const { packages } = parsed.data
  const asked = manifestOf(packages[''] ?? {})
  const root = new PackageNode(project.name, project)
  const folders = asked?.workspaces === undefined ? new Map<string, string>() : addWorkspaces(root, packages)
  // A folder before what is in it.
  for (const location of Object.keys(packages).toSorted((a, b) => a.length - b.length))
    if (location !== '' && !folders.has(location) && !isLinkTo(folders, packages[location])) addEntry(root, location, packages[location])
  if (asked === undefined) throw new NpmError('EUSAGE', `${path} does not say what the project itself asks for.`)
  return { root, asked }
}

function jsonOf(text: string, path: string): unknown {
  try {
    return JSON.parse(text)
  } catch (thrown) {
    throw new NpmError('EJSONPARSE', `${path} is not JSON: ${thrown instanceof Error ? thrown.message : String(thrown)}`)
  }
}

/** Workspaces stand at their folder, with a link below `node_modules` that says their name. Gives the folders with their names. */
function addWorkspaces(root: PackageNode, packages: Readonly<Record<string, unknown>>): ReadonlyMap<string, string> {
  const folders = new Map<string, string>()
  for (const [location, value] of Object.entries(packages)) {
    const [name, ...more] = namesOf(location) ?? []
    const folder = linkedOf(value)
    if (folder === undefined || name === undefined || more.length > 0) continue
    const manifest = manifestOf(packages[folder])
    if (manifest === undefined) continue
    const info = { ...manifest, name, version: manifest.version ?? '', resolved: undefined, integrity: undefined, workspace: folder }
    root.children.set(name, new PackageNode(name, info, root))
    folders.set(folder, name)
  }
  return folders
}

/** The folder that an entry is a link to; one outside of the project is none. */
function linkedOf(value: unknown): string | undefined {
  const found = z.safeParse(entry, value)
  const folder = found.success && found.data.link === true ? found.data.resolved : undefined
  return folder === undefined || folder.split('/').some((part) => part === '' || part === '.' || part === '..' || part === 'node_modules')
    ? undefined
    : folder
}

function isLinkTo(folders: ReadonlyMap<string, string>, value: unknown): boolean {
  const folder = linkedOf(value)
  return folder !== undefined && folders.has(folder)
}

function addEntry(root: PackageNode, location: string, value: unknown): void {
  const found = z.safeParse(entry, value)
  const manifest = manifestOf(value)
  const within = workspaceAt(root, location)
  const names = namesOf(within === root ? location : location.slice(within.location.length + 1))
  if (names === undefined || !found.success || manifest === undefined || found.data.link === true)
    throw new NpmError(
      'ENOTSUP',
      `package-lock.json: ${location.slice(0, 200)} is a link or another place that this sandbox’s npm does not lay out.`,
    )
  // Comes inside of its parent's archive.
  if (found.data.inBundle === true) return
  const { version, resolved, integrity } = found.data
  if (version === undefined) throw new NpmError('EUSAGE', `package-lock.json: ${location} has no version.`)
  const parent = names.slice(0, -1).reduce<PackageNode | undefined>((at, name) => at?.children.get(name), within)
  const name = names.at(-1) ?? ''
  if (parent === undefined) throw new NpmError('EUSAGE', `package-lock.json: nothing is at the place above ${location}.`)
  parent.children.set(name, new PackageNode(name, { ...manifest, name: found.data.name ?? name, version, resolved, integrity }, parent))
}

/** The workspace in whose folder a place is; else the project. */
function workspaceAt(root: PackageNode, location: string): PackageNode {
  const within = [...root.children.values()].find(({ info }) => info.workspace !== undefined && location.startsWith(`${info.workspace}/`))
  return within ?? root
}

/** `node_modules/a/node_modules/@s/b` is a, @s/b. */
function namesOf(location: string): readonly string[] | undefined {
  if (!location.startsWith('node_modules/')) return undefined
  const names = location.slice('node_modules/'.length).split('/node_modules/')
  return names.every(isName) ? names : undefined
}

/** Whether what the project asks for is what it asked for when the lock was written; the dependencies that differ. */
export function differing(asked: Manifest, project: Manifest): readonly string[] {
  const kinds = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'] as const
  return kinds.flatMap((kind) => {
    const [then, now] = [asked[kind], project[kind]]
    return [...new Set([...Object.keys(then), ...Object.keys(now)])].filter((name) => then[name] !== now[name])
  })
}

/** Keys that npm puts first. */
const FIRST = ['name', 'version', 'lockfileVersion', 'resolved', 'integrity', 'requires', 'packages', 'dependencies']

type Fields = Readonly<Record<string, Json | undefined>>

/** As npm writes it: what is flat before what is not, in both the keys that it knows first, then the others by name. */
function ordered(fields: Fields): Record<string, Json> {
  const rank = (key: string, value: Json): number => {
    const at = FIRST.indexOf(key)
    const isNested = typeof value === 'object' && value !== null && !Array.isArray(value)
    return (at < 0 ? FIRST.length : at) + (isNested ? 100 : 0)
  }
  return Object.fromEntries(
    Object.entries(fields)
      .flatMap(([key, value]): [string, Json][] => (value === undefined ? [] : [[key, value]]))
      .toSorted(([a, x], [b, y]) => rank(a, x) - rank(b, y) || a.localeCompare(b, 'en')),
  )
}

/** The text of a `package-lock.json` of version 3. @param indent of its lines */
export function writeLock(root: PackageNode, indent: number | string): string {
  const packages: Record<string, Json> = { '': ordered(rootFields(root.info)) }
  const flags = flagsOf(root)
  const entries = [...root.all()].flatMap((node): [string, Record<string, Json>][] => {
    const { workspace } = node.info
    if (node === root) return []
    if (workspace === undefined) return [[node.location, ordered({ ...fieldsOf(node), ...flags(node) })]]
    return [
      [`node_modules/${node.name}`, { resolved: workspace, link: true }],
      [
        workspace,
        ordered({ ...rootFields(node.info), ...flags(node), name: nameOfFolder(workspace) === node.name ? undefined : node.name }),
      ],
    ]
  })
  for (const [location, fields] of entries.toSorted(([a], [b]) => a.localeCompare(b, 'en'))) packages[location] = fields
  const { name, version } = root.info
  const whole = { name, ...(version !== '' && { version }), lockfileVersion: 3, requires: true, packages }
  return `${JSON.stringify(whole, undefined, indent)}\n`
}

const some = (words: Readonly<Record<string, string>>): Record<string, string> | undefined =>
  Object.keys(words).length > 0 ? byName(words) : undefined
const byName = (words: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(words).toSorted(([a], [b]) => a.localeCompare(b, 'en')))
const any = (list: readonly string[]): Json | undefined => (list.length > 0 ? [...list] : undefined)

function commonFields(info: PackageInfo): Fields {
  const { engines, peerDependenciesMeta: meta, license, dependencies, optionalDependencies } = info
  const bins = Object.fromEntries(binsOf(info))
  // What is optional is named once.
  const plain = Object.fromEntries(Object.entries(dependencies).filter(([name]) => !Object.hasOwn(optionalDependencies, name)))
  return {
    license,
    dependencies: some(plain),
    optionalDependencies: some(optionalDependencies),
    peerDependencies: some(info.peerDependencies),
    peerDependenciesMeta: Object.keys(meta).length > 0 ? meta : undefined,
    bin: some(bins),
    engines: Array.isArray(engines) ? any(engines) : some(engines),
    os: any(info.os),
    cpu: any(info.cpu),
    libc: any(info.libc),
  }
}

function rootFields(info: PackageInfo): Fields {
  const { name, version } = info
  return {
    ...commonFields(info),
    name: name === '' ? undefined : name,
    version: version === '' ? undefined : version,
    devDependencies: some(info.devDependencies),
    workspaces: info.workspaces,
    hasInstallScript: info.hasInstallScript ? true : undefined,
    funding: fundingOf(info),
  }
}

function fieldsOf({ name, info }: PackageNode): Fields {
  const { version, resolved, integrity, deprecated, hasInstallScript } = info
  return {
    ...commonFields(info),
    name: name === info.name ? undefined : info.name,
    version,
    resolved,
    integrity,
    hasInstallScript: hasInstallScript ? true : undefined,
    deprecated,
    funding: fundingOf(info),
  }
}

const fundingOf = ({ funding }: PackageInfo): Json | undefined => (typeof funding === 'string' ? { url: funding } : funding)

/** Which of the packages are there for development, for what is optional, or as peers alone. */
function flagsOf(root: PackageNode): (node: PackageNode) => Fields {
  const isOptional = (type: string): boolean => type === 'optional' || type === 'peerOptional'
  const plain = reachable(root, ({ type }) => type !== 'dev' && !isOptional(type))
  const noDev = reachable(root, ({ type }) => type !== 'dev')
  const noOptional = reachable(root, ({ type }) => !isOptional(type))
  const noPeer = reachable(root, ({ type }) => type !== 'peer' && type !== 'peerOptional')
  return (node) => {
    const peer = noPeer.has(node) ? undefined : true
    if (plain.has(node)) return { peer }
    if (noDev.has(node) && noOptional.has(node)) return { peer, devOptional: true }
    return { peer, ...(!noDev.has(node) && { dev: true }), ...(!noOptional.has(node) && { optional: true }) }
  }
}

/** Packages that are only there for what may fail. */
export function optionalOnly(root: PackageNode): (node: PackageNode) => boolean {
  const needed = reachable(root, ({ type }) => type !== 'optional' && type !== 'peerOptional')
  return (node) => !needed.has(node)
}
