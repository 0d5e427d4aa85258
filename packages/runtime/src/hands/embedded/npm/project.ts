import type { Json } from '@tabwright/protocol'
import { isJsonObject } from '@tabwright/protocol'
import type { Call } from '../../../shell/commands/command'
import { bytesOf, textOf } from '../../../shell/text'
import type { FileTree } from '../../../shell/tree/file-tree'
import { installScripts, manifestOf, NOTHING, type Manifest } from './manifest'
import { NpmError } from './npm-error'
import type { PackageInfo } from './package-tree'

/** A folder with a `package.json`. */
export interface Project {
  readonly folder: string
  readonly manifest: Manifest
  /** As it is written, for whoever changes it. */
  readonly source: Readonly<Record<string, Json>>
  readonly indent: string
}

/** The nearest one upwards; `undefined` where there is none. @throws NpmError EJSONPARSE */
export function findProject({ system: { tree }, cwd }: Pick<Call, 'system' | 'cwd'>): Project | undefined {
  for (let folder = cwd; ; folder = folder.slice(0, folder.lastIndexOf('/'))) {
    if (tree.find(`${folder}/package.json`)?.type === 'file') return readProject(tree, folder)
    if (folder === '') return undefined
  }
}

/** @throws NpmError ENOENT */
export function needProject(call: Pick<Call, 'system' | 'cwd'>): Project {
  const found = findProject(call)
  if (found === undefined) throw new NpmError('ENOENT', `could not find a package.json in ${call.cwd} or above`)
  return found
}

/** A folder without one is an empty project. @throws NpmError */
export function projectOf(call: Pick<Call, 'system' | 'cwd'>): Project {
  return findProject(call) ?? { folder: call.cwd, manifest: NOTHING, source: {}, indent: '  ' }
}

function badManifest(folder: string): never {
  throw new NpmError('EJSONPARSE', `${folder}/package.json is not a package description`)
}

/** @throws NpmError EJSONPARSE */
export function readProject(tree: FileTree, folder: string): Project {
  const path = `${folder}/package.json`
  const text = textOf(tree.readFile(path)).replace(/^\uFEFF/, '')
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (thrown) {
    throw new NpmError('EJSONPARSE', `${path} is not JSON: ${thrown instanceof Error ? thrown.message : String(thrown)}`)
  }
  const manifest = isObject(value) ? manifestOf(value) : undefined
  if (manifest === undefined || !isObject(value)) return badManifest(folder)
  return { folder, manifest, source: value, indent: /^\{\r?\n([ \t]+)/.exec(text)?.[1] ?? '  ' }
}

/** What came out of `JSON.parse` is JSON. */
function isObject(value: unknown): value is Record<string, Json> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The project as the root of its tree. */
export function rootInfo({ folder, manifest }: Pick<Project, 'folder' | 'manifest'>): PackageInfo {
  return {
    ...manifest,
    name: manifest.name ?? folder.slice(folder.lastIndexOf('/') + 1),
    version: manifest.version ?? '',
    // npm runs these of a project's own packages.
    hasInstallScript: installScripts(manifest).length > 0,
    resolved: undefined,
    integrity: undefined,
  }
}

/** Kinds of dependencies as `package.json` names them. */
export type DependencyKind = 'dependencies' | 'devDependencies' | 'optionalDependencies' | 'peerDependencies'
const KINDS: readonly DependencyKind[] = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies']

/** In which of its lists a project names a package. */
export function kindOf({ manifest }: Pick<Project, 'manifest'>, name: string): DependencyKind | undefined {
  return KINDS.find((kind) => Object.hasOwn(manifest[kind], name))
}

/** A change of what a project depends on; `undefined` takes it away. */
export interface Wish {
  readonly name: string
  readonly kind: DependencyKind
  readonly text: string | undefined
}

/** The project with its dependencies changed: a name stands in one list alone, lists are ordered by name, an empty one goes. */
export function withWishes(project: Project, wishes: readonly Wish[]): Project {
  const source: Record<string, Json> = { ...project.source }
  for (const { name, kind, text } of wishes) {
    for (const one of KINDS) {
      const listed = source[one]
      if (!isJsonObject(listed) || (one === 'peerDependencies' && kind !== one && text !== undefined)) continue
      const { [name]: _gone, ...left } = listed
      source[one] = left
    }
    const listed = source[kind]
    if (text !== undefined) source[kind] = sorted({ ...(isJsonObject(listed) && listed), [name]: text })
  }
  for (const one of KINDS) {
    const listed = source[one]
    if (isJsonObject(listed) && Object.keys(listed).length === 0 && wishes.length > 0) delete source[one]
  }
  const manifest = manifestOf(source)
  return { ...project, source, manifest: manifest ?? project.manifest }
}

const sorted = (words: Readonly<Record<string, Json>>): Record<string, Json> =>
  Object.fromEntries(Object.entries(words).toSorted(([a], [b]) => a.localeCompare(b, 'en')))

/** Writes a project’s `package.json`. */
export function writeProject(tree: FileTree, { folder, source, indent }: Project): void {
  tree.writeFile(`${folder}/package.json`, bytesOf(`${JSON.stringify(source, undefined, indent)}\n`))
}
