import { bytesOf, joined, textOf } from '../../../text'
import type { FileTree } from '../../../tree/file-tree'
import { fatal, notImplemented } from '../git-error'
import type { ObjectStore } from '../object-store'
import { makePack, unpack } from '../pack-file'
import { receiveObjects } from './receive-objects'
import type { RemoteRef } from './transport'

/** A file with a pack, what the pack needs, and names for what is in it. */
export interface Bundle {
  readonly path: string
  readonly refs: readonly RemoteRef[]
  /** Commits that whoever unpacks it must have, each with what was said of it. */
  readonly needs: readonly (readonly [oid: string, comment: string])[]
  readonly pack: Uint8Array
}

const SIGNATURE = /^# v([23]) git bundle\n/
/** Longer heads than that nobody reads. */
const MOST_HEAD = 4_000_000

export function isBundle(files: FileTree, path: string): boolean {
  const node = files.find(path)
  return node?.type === 'file' && SIGNATURE.test(textOf(node.bytes.subarray(0, 32)))
}

/** Undefined where the file is no bundle. @throws GitError for one that is damaged, or of another kind */
export function readBundle(files: FileTree, path: string): Bundle | undefined {
  const node = files.find(path)
  if (node?.type !== 'file' || !isBundle(files, path)) return undefined
  const head = textOf(node.bytes.subarray(0, MOST_HEAD))
  const end = head.indexOf('\n\n')
  if (end < 0) return fatal(`${path}: the head of the bundle does not end`)
  const refs: RemoteRef[] = []
  const needs: [string, string][] = []
  for (const line of head.slice(0, end).split('\n').slice(1)) {
    const [, sign = '', oid = '', rest = ''] = /^(-?)([0-9a-f]{40})(?: (.*))?$/.exec(line) ?? []
    if (line.startsWith('@')) {
      if (line !== '@object-format=sha1') notImplemented(`a bundle with ${line}`)
    } else if (oid === '') fatal(`unrecognized header: ${line}`)
    else if (sign === '-') needs.push([oid, rest])
    else refs.push({ name: rest, oid })
  }
  return { path, refs, needs, pack: node.bytes.subarray(bytesOf(head.slice(0, end)).length + 2) }
}

/** The bytes of a bundle. */
export function bundleBytes(
  objects: ObjectStore,
  made: Pick<Bundle, 'refs' | 'needs'> & { readonly oids: readonly string[]; readonly version: 2 | 3 },
): Uint8Array {
  const head =
    `# v${made.version} git bundle\n${made.version === 3 ? '@object-format=sha1\n' : ''}` +
    made.needs.map(([oid, comment]) => `-${oid} ${comment}\n`).join('') +
    made.refs.map(({ oid, name }) => `${oid} ${name}\n`).join('')
  return joined([bytesOf(`${head}\n`), makePack(made.oids.map((oid) => [oid, objects.read(oid)])).pack])
}

/** What an unpacked bundle would lack. */
export function lackedBy(objects: ObjectStore, { needs }: Bundle): Bundle['needs'] {
  return needs.filter(([oid]) => !objects.has(oid))
}

/** As the real git words it. */
export function lackText(lacked: Bundle['needs']): string {
  return `error: Repository lacks these prerequisite commits:\n${lacked.map(([oid, comment]) => `error: ${oid} ${comment}\n`).join('')}`
}

/** Keeps the objects of a bundle, each checked. What it needs must be here. @throws GitError, and then nothing was kept */
export async function unpackBundle(objects: ObjectStore, bundle: Bundle, how: { step(): Promise<void>; tick(): void }): Promise<void> {
  // What is packed against objects that are not in it is made whole first.
  const whole = bundle.needs.length === 0 ? bundle.pack : wholePack(objects, bundle.pack)
  await receiveObjects(objects, {
    pack: whole,
    wants: bundle.refs.map(({ oid }) => oid),
    haves: bundle.needs.map(([oid]) => oid),
    shallow: { added: [], gone: [] },
    url: bundle.path,
    ...how,
  })
}

function wholePack(objects: ObjectStore, pack: Uint8Array): Uint8Array {
  try {
    return makePack([...unpack(pack, (oid) => (objects.has(oid) ? objects.read(oid) : undefined))]).pack
  } catch (thrown) {
    if (thrown instanceof RangeError) return fatal(`the pack of the bundle is damaged: ${thrown.message}`)
    throw thrown
  }
}
