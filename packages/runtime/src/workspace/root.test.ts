import { blobHash, type FileEntry } from '@tabwright/protocol'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Root } from './root'

// Names that sort around the slash, one that begins with another, two spellings of a letter, two cases.
const NAMES = ['a', 'a.b', 'a-', 'ab', 'A', '\u00e9', 'e\u0301', '0']
const path = fc.array(fc.constantFrom(...NAMES), { minLength: 1, maxLength: 3 }).map((names) => names.join('/'))
const mode = fc.constantFrom<FileEntry['mode']>('file', 'file', 'executable', 'symlink', 'folder')
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ type: fc.constant('put' as const), path, mode }) },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('remove' as const), path }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('fork' as const) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('switch' as const), to: fc.nat() }) },
)

let made = 0
function entry(at: string, kind: FileEntry['mode']): FileEntry {
  made += 1
  return { path: at, hash: blobHash(made.toString(16).padStart(64, '0')), size: 0, mode: kind, mtime: made, version: 1 }
}

type Model = ReadonlyMap<string, FileEntry>
interface Branch {
  readonly root: Root
  model: Model
}

const isFolder = ({ mode: kind }: FileEntry): boolean => kind === 'folder'
const byPath = (a: FileEntry, b: FileEntry): number => (a.path < b.path ? -1 : 1)
const below = (model: Model, at: string): boolean => [...model.keys()].some((other) => other.startsWith(`${at}/`))
const inFile = (model: Model, at: string): boolean =>
  [...model.values()].some((other) => !isFolder(other) && at.startsWith(`${other.path}/`))

function put(branch: Branch, made_: FileEntry): void {
  const { path: at, mode: kind } = made_
  const isHindered = inFile(branch.model, at) || (kind !== 'folder' && below(branch.model, at))
  expect(branch.root.obstacle(at, kind) !== undefined).toBe(isHindered)
  if (isHindered) return
  branch.root.put(made_)
  branch.model = new Map(branch.model).set(at, made_)
}

function remove(branch: Branch, at: string): void {
  branch.root.remove(at)
  const model = new Map(branch.model)
  model.delete(at)
  branch.model = model
}

function check({ root, model }: Branch): void {
  const all = [...model.values()].toSorted(byPath)
  expect(root.files()).toEqual(all.filter((one) => !isFolder(one)))
  expect(root.folders()).toEqual(all.filter(isFolder))
  for (const [at, one] of model) expect(root.get(at)).toBe(one)
  expect(root.get('not/there')).toBeUndefined()
}

describe('a root', () => {
  it('agrees with a map of paths through changes, copies and changes of copies, and names what two copies do not share', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const branches: Branch[] = [{ root: Root.of([]), model: new Map() }]
        let at = 0
        for (const one of steps) {
          const branch = branches[at]
          if (branch === undefined) throw new Error('there is no such branch')
          if (one.type === 'put') put(branch, entry(one.path, one.mode))
          else if (one.type === 'remove') remove(branch, one.path)
          else if (one.type === 'fork') branches.push({ root: branch.root.fork(), model: branch.model })
          else at = one.to % branches.length
        }
        for (const branch of branches) check(branch)
        for (const a of branches)
          for (const b of branches) {
            const paths = new Set([...a.model.keys(), ...b.model.keys()])
            expect(a.root.differing(b.root)).toEqual([...paths].filter((one) => a.model.get(one) !== b.model.get(one)).toSorted())
          }
      }),
      { numRuns: 150 },
    )
  })

  it('looks only at folders that two copies do not share', () => {
    const files = Array.from({ length: 500 }, (_, i) => entry(`part-${i % 10}/file-${i}`, 'file'))
    const root = Root.of(files)
    const copy = root.fork()
    copy.put(entry('part-3/file-3', 'file'))
    let compared = 0
    expect(root.differing(copy, () => (compared++, false))).toEqual(['part-3/file-3'])
    // Shared entries are the same object and need no comparison: only the one that was put is compared.
    expect(compared).toBe(1)
  })
})
