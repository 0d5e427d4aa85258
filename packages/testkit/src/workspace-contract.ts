import { FailureError, type Workspace, type WorkspaceDelta, type WorkspaceDraft } from '@tabwright/protocol'
import { describe, expect, it } from 'vitest'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const text = (content: Uint8Array): string => new TextDecoder().decode(content)

function codeOf(run: () => unknown): string {
  try {
    run()
  } catch (thrown) {
    if (thrown instanceof FailureError) return thrown.failure.code
    throw thrown
  }
  return 'none'
}

function put(workspace: Workspace, change: (draft: WorkspaceDraft) => void): WorkspaceDelta {
  const draft = workspace.draft()
  change(draft)
  const delta = draft.delta()
  workspace.adopt(delta)
  return delta
}

/**
 * What every implementation of the `Workspace` port keeps.
 * @param make a workspace that holds exactly these files, each at version 1
 */
export function workspaceContract(name: string, make: (files: Readonly<Record<string, string>>) => Promise<Workspace> | Workspace): void {
  describe(`workspace contract: ${name}`, () => {
    describe('drafts', () => draftRules(make))
    describe('adopting', () => adoptRules(make))
    describe('what is kept of a file', () => keptRules(make))
    describe('a draft of a draft', () => nestedRules(make))
  })
}

type Make = (files: Readonly<Record<string, string>>) => Promise<Workspace> | Workspace

function draftRules(make: Make): void {
  it('keeps a draft private until its delta is adopted', async () => {
    const workspace = await make({ 'a.txt': 'one\n' })
    const draft = workspace.draft()
    draft.write('a.txt', bytes('two\n'))
    draft.write('new/b.txt', bytes('b\n'))
    expect(text(await workspace.read('a.txt'))).toBe('one\n')
    expect(workspace.stat('new/b.txt')).toBeUndefined()
    expect(workspace.adopt(draft.delta())).toEqual([])
    expect(text(await workspace.read('a.txt'))).toBe('two\n')
    expect(workspace.list().map((entry) => entry.path)).toEqual(['a.txt', 'new/b.txt'])
  })

  it('sees in a draft the files as they were when it began', async () => {
    const workspace = await make({ 'a.txt': 'one\n' })
    const draft = workspace.draft()
    put(workspace, (other) => other.write('a.txt', bytes('two\n')))
    expect(text(await draft.read('a.txt'))).toBe('one\n')
  })

  it('[rule 75] refuses a write that was made against another version', async () => {
    const workspace = await make({ 'a.txt': 'one\n' })
    put(workspace, (draft) => draft.write('a.txt', bytes('two\n'), { base: 1 }))
    const draft = workspace.draft()
    expect(codeOf(() => draft.write('a.txt', bytes('three\n'), { base: 1 }))).toBe('stale')
    expect(codeOf(() => draft.write('a.txt', bytes('three\n'), { base: 0 }))).toBe('stale')
    expect(text(await draft.read('a.txt'))).toBe('two\n')
    expect(codeOf(() => draft.write('a.txt', bytes('three\n'), { base: 2 }))).toBe('none')
  })

  it('[rule 77] refuses a path that leaves the workspace and knows /workspace as its root', async () => {
    const workspace = await make({})
    const draft = workspace.draft()
    expect(codeOf(() => draft.write('../x', bytes('')))).toBe('bad_input')
    expect(codeOf(() => draft.write('/workspace-evil/x', bytes('')))).toBe('bad_input')
    draft.write('/workspace/x', bytes('1'))
    expect(draft.delta().map((change) => change.path)).toEqual(['x'])
  })

  it('says that a missing file is missing, in reading and in removing', async () => {
    const workspace = await make({})
    await expect(workspace.read('nope')).rejects.toMatchObject({ failure: { code: 'not_found' } })
    await expect(workspace.draft().read('nope')).rejects.toMatchObject({ failure: { code: 'not_found' } })
    expect(codeOf(() => workspace.draft().remove('nope'))).toBe('not_found')
  })

  it('leaves out of a delta what ends as it began', async () => {
    const workspace = await make({ 'a.txt': 'one\n', 'b.txt': 'b\n' })
    const draft = workspace.draft()
    draft.write('a.txt', bytes('two\n'))
    draft.write('a.txt', bytes('one\n'))
    draft.write('c.txt', bytes('c\n'))
    draft.remove('c.txt')
    draft.remove('b.txt')
    expect(draft.delta()).toEqual([{ path: 'b.txt', before: workspace.stat('b.txt')?.hash, after: null }])
  })

  it('never lets one path be a file and a folder', async () => {
    const workspace = await make({ 'dir/a.txt': 'a\n' })
    const draft = workspace.draft()
    expect(codeOf(() => draft.write('dir', bytes('')))).toBe('bad_input')
    expect(codeOf(() => draft.write('dir/a.txt/b', bytes('')))).toBe('bad_input')
    draft.remove('dir/a.txt')
    draft.write('dir', bytes('now a file\n'))
    expect(workspace.adopt(draft.delta())).toEqual([])
    expect(workspace.list().map((entry) => entry.path)).toEqual(['dir'])
  })
}

function adoptRules(make: Make): void {
  it('[rule 79] keeps the newer content of a path that moved on and names it', async () => {
    const workspace = await make({ 'a.txt': 'one\n', 'b.txt': 'b\n' })
    const slow = workspace.draft()
    slow.write('a.txt', bytes('slow\n'))
    slow.write('b.txt', bytes('slow\n'))
    put(workspace, (fast) => fast.write('a.txt', bytes('fast\n')))
    expect(workspace.adopt(slow.delta())).toEqual(['a.txt'])
    expect(text(await workspace.read('a.txt'))).toBe('fast\n')
    expect(text(await workspace.read('b.txt'))).toBe('slow\n')
  })

  it('[rule 70] takes a delta twice as once: what is already there is neither changed nor reported', async () => {
    const workspace = await make({ 'a.txt': 'one\n' })
    const delta = put(workspace, (draft) => draft.write('a.txt', bytes('two\n')))
    const seen: (readonly string[])[] = []
    workspace.watch((paths) => seen.push(paths))
    expect(workspace.adopt(delta)).toEqual([])
    expect(workspace.stat('a.txt')?.version).toBe(2)
    expect(seen).toEqual([])
  })

  it('grows the version with every change, through a removal too', async () => {
    const workspace = await make({ 'a.txt': 'one\n' })
    put(workspace, (draft) => draft.write('a.txt', bytes('two\n')))
    put(workspace, (draft) => draft.remove('a.txt'))
    put(workspace, (draft) => draft.write('a.txt', bytes('three\n')))
    expect(workspace.stat('a.txt')?.version).toBe(3)
  })

  it('gives back any content that it ever had, by hash', async () => {
    const workspace = await make({ 'a.txt': 'one\n' })
    const old = workspace.stat('a.txt')
    put(workspace, (draft) => draft.write('a.txt', bytes('two\n')))
    if (old === undefined) throw new Error('the workspace was made without a.txt')
    expect(text(await workspace.blob(old.hash))).toBe('one\n')
  })

  it('tells watchers which paths changed, until they leave', async () => {
    const workspace = await make({ 'a.txt': 'one\n' })
    const seen: (readonly string[])[] = []
    const leave = workspace.watch((paths) => seen.push(paths))
    put(workspace, (draft) => {
      draft.write('z', bytes('1'))
      draft.remove('a.txt')
    })
    leave()
    put(workspace, (draft) => draft.write('y', bytes('1')))
    expect(seen).toEqual([['a.txt', 'z']])
  })

  it('keeps the mode of a file when only its content changes', async () => {
    const workspace = await make({})
    put(workspace, (draft) => draft.write('run.sh', bytes('1'), { mode: 'executable' }))
    put(workspace, (draft) => draft.write('run.sh', bytes('2')))
    expect(workspace.stat('run.sh')?.mode).toBe('executable')
  })
}

function keptRules(make: Make): void {
  it('keeps the time that a writer names and permissions that its mode does not say', async () => {
    const workspace = await make({ 'a.txt': 'one\n' })
    put(workspace, (draft) => draft.write('key', bytes('k'), { mode: 'file', permissions: 0o600, mtime: 12_345 }))
    expect(workspace.stat('key')).toMatchObject({ mode: 'file', permissions: 0o600, mtime: 12_345 })
    put(workspace, (draft) => draft.write('key', bytes('other')))
    expect(workspace.stat('key')).toMatchObject({ permissions: 0o600 })
    put(workspace, (draft) => draft.write('key', bytes('other'), { permissions: 0o644 }))
    expect(workspace.stat('key')?.permissions).toBeUndefined()
  })

  it('takes a new time or new permissions alone as a change, and writing again what is there as none', async () => {
    const workspace = await make({ 'a.txt': 'one\n' })
    const touched = put(workspace, (draft) => draft.write('a.txt', bytes('one\n'), { mtime: 99 }))
    expect(touched).toMatchObject([{ path: 'a.txt', after: { mtime: 99 } }])
    expect(workspace.stat('a.txt')).toMatchObject({ mtime: 99, version: 2 })
    expect(put(workspace, (draft) => draft.write('a.txt', bytes('one\n'), { permissions: 0o444 }))).toHaveLength(1)
    expect(put(workspace, (draft) => draft.write('a.txt', bytes('one\n')))).toEqual([])
    expect(put(workspace, (draft) => draft.write('a.txt', bytes('one\n'), { mtime: workspace.stat('a.txt')?.mtime ?? 0 }))).toEqual([])
  })

  it('[rule 77] keeps names apart that differ in case or in how a letter is spelled', async () => {
    const names = ['README', 'readme', '\u00e9', 'e\u0301']
    const workspace = await make(Object.fromEntries(names.map((name) => [name, name])))
    put(workspace, (draft) => names.forEach((name) => draft.write(name, bytes(`${name} again`))))
    for (const name of names) expect(text(await workspace.read(name))).toBe(`${name} again`)
    put(workspace, (draft) => draft.remove('\u00e9'))
    expect(workspace.list().map((entry) => entry.path)).toEqual(['README', 'e\u0301', 'readme'])
  })

  it('keeps a folder by itself, beside files that come and go in it, until it is removed', async () => {
    const workspace = await make({})
    put(workspace, (draft) => draft.write('empty', bytes(''), { mode: 'folder' }))
    expect(workspace.list()).toEqual([])
    expect(workspace.folders().map((entry) => entry.path)).toEqual(['empty'])
    expect(codeOf(() => workspace.draft().write('empty', bytes('x')))).toBe('bad_input')
    put(workspace, (draft) => draft.write('empty/a', bytes('a')))
    put(workspace, (draft) => draft.remove('empty/a'))
    expect(workspace.folders().map((entry) => entry.path)).toEqual(['empty'])
    put(workspace, (draft) => draft.remove('empty'))
    expect(workspace.folders()).toEqual([])
    put(workspace, (draft) => draft.write('empty', bytes('a file now')))
    expect(workspace.list().map((entry) => entry.path)).toEqual(['empty'])
  })
}

function nestedRules(make: Make): void {
  it('sees what the draft holds, and neither sees what the other writes from then on', async () => {
    const workspace = await make({ 'a.txt': 'one\n', 'b.txt': 'b\n' })
    const draft = workspace.draft()
    draft.write('a.txt', bytes('two\n'))
    const copy = draft.draft()
    copy.write('a.txt', bytes('three\n'))
    copy.remove('b.txt')
    draft.write('c.txt', bytes('c\n'))
    expect(text(await draft.read('a.txt'))).toBe('two\n')
    expect(text(await copy.read('a.txt'))).toBe('three\n')
    expect(draft.list().map((entry) => entry.path)).toEqual(['a.txt', 'b.txt', 'c.txt'])
    expect(copy.list().map((entry) => entry.path)).toEqual(['a.txt'])
    expect(copy.delta().map(({ path, after }) => [path, after?.version])).toEqual([
      ['a.txt', 3],
      ['b.txt', undefined],
    ])
  })

  it('says at which paths two of one workspace differ', async () => {
    const workspace = await make({ 'a.txt': 'one\n', 'dir/b.txt': 'b\n', 'dir/c.txt': 'c\n' })
    const before = workspace.draft()
    put(workspace, (draft) => {
      draft.write('dir/c.txt', bytes('other\n'))
      draft.write('new', bytes(''), { mode: 'folder' })
      draft.remove('a.txt')
    })
    expect(workspace.differsFrom(before)).toEqual(['a.txt', 'dir/c.txt', 'new'])
    expect(before.differsFrom(workspace)).toEqual(['a.txt', 'dir/c.txt', 'new'])
    expect(workspace.draft().differsFrom(workspace)).toEqual([])
    expect(
      workspace
        .draft()
        .draft()
        .differsFrom(await make({})),
    ).toEqual(['dir/b.txt', 'dir/c.txt', 'new'])
  })

  it('gives the same delta whether its hashes were worked out before or not', async () => {
    const workspace = await make({ 'a.txt': 'one\n' })
    const [settled, plain] = [workspace.draft(), workspace.draft()]
    for (const draft of [settled, plain]) draft.write('a.txt', bytes('two\n'))
    await settled.settle()
    expect(settled.delta()).toEqual(plain.delta())
  })
}
