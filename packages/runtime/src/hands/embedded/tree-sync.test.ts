import { modePermissions, type Workspace, type WorkspaceDraft, type WorkspaceReader } from '@tabwright/protocol'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FileTree } from '../../shell/tree/file-tree'
import { FsError } from '../../shell/tree/fs-error'
import type { TreeNode } from '../../shell/tree/tree-node'
import { openWorkspace } from '../../workspace/workspace'
import { FileSync } from './file-sync'
import { ROOT } from './root'
import { TreeSync } from './tree-sync'

const text = (words: string): Uint8Array => new TextEncoder().encode(words)
const emptyWorkspace = (): Workspace =>
  openWorkspace({ entries: [], now: () => 1000, loadBlob: () => Promise.reject(new Error('nothing is stored')) })

/** Host and kernel without a port between them. */
class Pair {
  readonly workspace: Workspace
  readonly tree = new FileTree()
  readonly sync: TreeSync
  readonly host = new FileSync()
  sent = 0

  constructor(workspace: Workspace = emptyWorkspace()) {
    this.workspace = workspace
    this.tree.mkdir(ROOT, true)
    this.sync = new TreeSync(this.tree)
  }

  async begin(): Promise<WorkspaceDraft> {
    const draft = this.workspace.draft()
    const out = await this.host.outgoing(draft)
    this.sent += out.files.length + out.removed.length
    this.sync.receive(out)
    return draft
  }

  /** Gives what was refused. */
  end(draft: WorkspaceDraft): string[] {
    const changes = this.sync.changes()
    this.sent += changes.files.length + changes.removed.length
    return this.host.incoming(draft, changes)
  }

  /** One command: gives what was refused and what moved on meanwhile. */
  async run(command: (tree: FileTree) => void): Promise<{ refused: string[]; moved: readonly string[] }> {
    const draft = await this.begin()
    command(this.tree)
    const refused = this.end(draft)
    return { refused, moved: this.workspace.adopt(draft.delta()) }
  }
}

function edit(workspace: Workspace, change: (draft: WorkspaceDraft) => void): void {
  const draft = workspace.draft()
  change(draft)
  workspace.adopt(draft.delta())
}

/** Every file, link and empty folder with all that is kept of it. */
function ofTree(tree: FileTree): string[] {
  const lines: string[] = []
  const visit = (node: TreeNode, path: string): void => {
    const mode = node.mode.toString(8)
    if (node.type === 'file') lines.push(`${path} ${mode} ${node.mtime} ${new TextDecoder().decode(node.bytes)}`)
    else if (node.type === 'link') lines.push(`${path} -> ${node.target}`)
    else {
      if (path !== '' && (node.children.size === 0 || node.mode !== 0o755)) lines.push(`${path}/ ${mode}`)
      for (const [name, child] of node.children) visit(child, path === '' ? name : `${path}/${name}`)
    }
  }
  const root = tree.find(ROOT)
  if (root !== undefined) visit(root, '')
  return lines.toSorted()
}

async function ofWorkspace(workspace: Workspace): Promise<string[]> {
  const lines: string[] = []
  for (const { path, mode, mtime, permissions = modePermissions(mode) } of workspace.list()) {
    const content = new TextDecoder().decode(await workspace.read(path))
    lines.push(mode === 'symlink' ? `${path} -> ${content}` : `${path} ${permissions.toString(8)} ${mtime} ${content}`)
  }
  for (const { path, permissions = 0o755 } of workspace.folders()) {
    const isEmpty = !workspace.list().some((file) => file.path.startsWith(`${path}/`))
    const isParent = workspace.folders().some((folder) => folder.path.startsWith(`${path}/`))
    if ((isEmpty && !isParent) || permissions !== 0o755) lines.push(`${path}/ ${permissions.toString(8)}`)
  }
  return lines.toSorted()
}

describe('what a command leaves', () => {
  it('is there in a new kernel: times, permissions, links, empty folders, twins in case and spelling', async () => {
    const first = new Pair()
    const { refused, moved } = await first.run((tree) => {
      tree.mkdir(`${ROOT}/empty/inner`, true)
      tree.mkdir(`${ROOT}/private`)
      tree.chmod(`${ROOT}/private`, 0o700)
      tree.writeFile(`${ROOT}/private/key`, text('k'), 0o600)
      tree.writeFile(`${ROOT}/run`, text('#!'), 0o755)
      tree.writeFile(`${ROOT}/odd`, text('o'), 0o4711)
      tree.symlink('../x \u00e9', `${ROOT}/link`)
      for (const name of ['README', 'readme', '\u00e9', 'e\u0301']) tree.writeFile(`${ROOT}/${name}`, text(name))
      tree.utimes(`${ROOT}/readme`, 123_456)
      tree.writeFile(`${ROOT}/one`, text('1'))
      tree.link(`${ROOT}/one`, `${ROOT}/two`)
    })
    expect({ refused, moved }).toEqual({ refused: [], moved: [] })
    const second = new Pair(first.workspace)
    await second.begin()
    expect(ofTree(second.tree)).toEqual(ofTree(first.tree))
    expect(second.tree.stat(`${ROOT}/readme`).mtime).toBe(123_456)
    expect(first.workspace.list().map(({ path }) => path)).toEqual(expect.arrayContaining(['README', 'readme', '\u00e9', 'e\u0301']))
  })

  it('is told where the workspace does not take it, and is gone with the next command', async () => {
    const pair = new Pair()
    const names = ['ends.', 'ends ', 'back\\slash', 'bell\u0007', 'bad\udc80byte', 'a/%2e%2e/b']
    const { refused } = await pair.run((tree) => {
      tree.mkdir(`${ROOT}/a/%2e%2e`, true)
      for (const name of names) tree.writeFile(`${ROOT}/${name}`, text('x'))
      tree.mkdir(`${ROOT}/dot./inner`, true)
      tree.writeFile(`${ROOT}/good`, text('x'))
    })
    expect(refused).toHaveLength(names.length + 1)
    for (const why of ['a dot or a space', 'a backslash', 'a control character', 'a broken character', 'an encoded dot'])
      expect(refused.join('\n')).toContain(why)
    await pair.run(() => undefined)
    expect(ofTree(pair.tree).map((line) => line.split(' ')[0])).toEqual(['good'])
  })

  it('of a folder is as usual again once somebody else takes its entry away', async () => {
    const pair = new Pair()
    await pair.run((tree) => {
      tree.writeFile(`${ROOT}/top`, text('t'))
      tree.mkdir(`${ROOT}/private`)
      tree.writeFile(`${ROOT}/private/key`, text('k'))
      tree.chmod(`${ROOT}/private`, 0o700)
    })
    edit(pair.workspace, (draft) => draft.remove('private'))
    await pair.run(() => undefined)
    expect(pair.tree.stat(`${ROOT}/private`).mode).toBe(0o755)
    expect(pair.workspace.list().map((entry) => entry.path)).toEqual(['private/key', 'top'])
    expect(pair.workspace.folders()).toEqual([])
  })

  it('of a file with two names is said of both', async () => {
    const pair = new Pair()
    await pair.run((tree) => {
      tree.writeFile(`${ROOT}/one`, text('1'))
      tree.mkdir(`${ROOT}/in`)
      tree.link(`${ROOT}/one`, `${ROOT}/in/two`)
    })
    await pair.run((tree) => tree.appendFile(`${ROOT}/one`, text('2')))
    for (const path of ['one', 'in/two']) expect(new TextDecoder().decode(await pair.workspace.read(path))).toBe('12')
  })
})

it('costs what changed: of 2,000 files the one that was touched is carried, and nothing where nothing was', async () => {
  const workspace = emptyWorkspace()
  edit(workspace, (draft) => {
    for (let i = 0; i < 2000; i++) draft.write(`part-${i % 20}/file-${i}`, text(`content ${i}`))
  })
  const pair = new Pair(workspace)
  await pair.run(() => undefined)
  expect(pair.sent).toBe(2000)
  await pair.run((tree) => tree.writeFile(`${ROOT}/part-3/file-3`, text('new')))
  expect(pair.sent).toBe(2001)
  await pair.run((tree) => tree.readFile(`${ROOT}/part-4/file-4`))
  edit(workspace, (draft) => draft.write('part-5/file-5', text('edited')))
  await pair.run(() => undefined)
  expect(pair.sent).toBe(2002)
})

const NAMES = ['a', 'b', 'A', '\u00e9', 'e\u0301']
const path = fc.array(fc.constantFrom(...NAMES), { minLength: 1, maxLength: 3 }).map((names) => names.join('/'))
const operation = fc.record({
  type: fc.constantFrom(
    'write', 'write', 'append', 'mkdir', 'remove', 'rename', 'symlink', 'chmod', 'utimes', 'link', 'truncate',
  ), // prettier-ignore
  path,
  to: path,
  number: fc.nat(99),
})
type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never

/** What a shell does; where it cannot, nothing. */
function act(tree: FileTree, { type, path: name, to, number }: Operation): void {
  const at = `${ROOT}/${name}`
  const target = `${ROOT}/${to}`
  try {
    if (type === 'write') tree.writeFile(at, text(`shell ${number}`))
    else if (type === 'append') tree.appendFile(at, text(`+${number}`))
    else if (type === 'mkdir') tree.mkdir(at, true)
    else if (type === 'remove') tree.rm(at, { recursive: true })
    else if (type === 'rename') tree.rename(at, target)
    else if (type === 'symlink') tree.symlink(`t${number}`, at)
    else if (type === 'chmod') tree.chmod(at, [0o644, 0o755, 0o600, 0o700][number % 4] ?? 0)
    else if (type === 'utimes') tree.utimes(at, number * 1000)
    else if (type === 'link') tree.link(at, target)
    else {
      const node = tree.find(at)
      if (node?.type === 'file') tree.truncate(node, number % 5)
    }
  } catch (thrown) {
    if (!(thrown instanceof FsError)) throw thrown
  }
}

const hashesOf = (files: WorkspaceReader): ReadonlyMap<string, string> =>
  new Map([...files.list(), ...files.folders()].map(({ path: at, hash }) => [at, hash]))

/** What an agent or a person does. */
function write(draft: WorkspaceDraft, { type, path: name, number }: Operation): void {
  if (type === 'remove' || type === 'rename') {
    if (draft.stat(name) !== undefined) draft.remove(name)
    return
  }
  const others = [...draft.list(), ...draft.folders()].map((entry) => entry.path)
  const isFolder = draft.stat(name)?.mode === 'folder' || others.some((other) => other.startsWith(`${name}/`))
  const isHindered = isFolder || draft.list().some((file) => name.startsWith(`${file.path}/`))
  if (!isHindered) draft.write(name, text(`edit ${number}`))
}

const turn = fc.record({
  shell: fc.array(operation, { maxLength: 5 }),
  /** Made current while the command runs. */
  edits: fc.array(operation, { maxLength: 3 }),
  /** Begun before the command, made current after it. */
  slow: fc.array(operation, { maxLength: 2 }),
})

it('[rule 79] whatever agent, person and shell do at once, no newer edit is lost, and shell and workspace agree after the next command', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(turn, { minLength: 1, maxLength: 6 }), async (turns) => {
      const pair = new Pair()
      const { workspace } = pair
      for (const { shell, edits, slow } of turns) {
        const late = workspace.draft()
        for (const one of slow) write(late, one)
        const draft = await pair.begin()
        edit(workspace, (other) => edits.forEach((one) => write(other, one)))
        const newer = hashesOf(workspace)
        const old = hashesOf(draft)
        for (const one of shell) act(pair.tree, one)
        expect(pair.end(draft)).toEqual([])
        workspace.adopt(draft.delta())
        // Whatever was edited while the command ran is as it was edited.
        for (const [at, hash] of newer) if (old.get(at) !== hash) expect(workspace.stat(at)?.hash).toBe(hash)
        const now = hashesOf(workspace)
        const delta = late.delta()
        const moved = workspace.adopt(delta)
        for (const { path: at, before } of delta)
          if ((now.get(at) ?? null) !== before) expect([at, workspace.stat(at)?.hash]).toEqual([at, now.get(at)])
        for (const at of moved) expect([at, workspace.stat(at)?.hash]).toEqual([at, now.get(at)])
      }
      await pair.run(() => undefined)
      expect(ofTree(pair.tree)).toEqual(await ofWorkspace(workspace))
      const again = new Pair(workspace)
      await again.begin()
      expect(ofTree(again.tree)).toEqual(await ofWorkspace(workspace))
    }),
    { numRuns: 200 },
  )
})
