import type { Json, Workspace, WorkspaceDraft } from '@tabwright/protocol'
import { describe, expect, it } from 'vitest'
import { openWorkspace } from '../../workspace/workspace'
import type { CallDirectory } from './directory'
import { DirectorySync } from './directory-sync'

/** A directory whose files are in memory: by path their text, and what a look leaves out. */
class FakeDirectory {
  readonly files = new Map<string, string>()
  readonly left = new Set<string>()
  /** Paths that were written, in their order. */
  readonly written: string[] = []
  #version = 0
  readonly #stamps = new Map<string, string>()

  put(path: string, text: string): void {
    this.files.set(path, text)
    this.#stamps.set(path, `${path}.${++this.#version}`)
  }

  remove(path: string): void {
    this.files.delete(path)
    this.#stamps.delete(path)
  }

  readonly call: CallDirectory = (word, data) => {
    const asked = JSON.parse(JSON.stringify(data))
    if (word === 'look') return Promise.resolve(this.#look())
    if (word === 'read') return Promise.resolve({ parts: asked.items.map(({ path }: { path: string }) => this.#read(path)) })
    return Promise.resolve({ items: asked.items.map((item: Change) => this.#change(item)) })
  }

  #isLeft(path: string): boolean {
    return [...this.left].some((one) => path === one || path.startsWith(`${one}/`))
  }

  #look(): Json {
    const entries = [...this.files].flatMap(([path, text]) =>
      this.#isLeft(path)
        ? []
        : [{ path, kind: 'file', permissions: 0o644, mtime: 0, size: text.length, stamp: this.#stamps.get(path) ?? '' }],
    )
    return { look: 'one', entries, count: entries.length, left: [...this.left] }
  }

  #read(path: string): Json {
    const text = this.files.get(path) ?? ''
    return { path, offset: 0, bytes: btoa(text), size: text.length, stamp: this.#stamps.get(path) ?? '' }
  }

  #change({ type, path, seen, bytes }: Change): Json {
    if ((this.#stamps.get(path) ?? null) !== seen) return { path, stale: true }
    if (type === 'remove') this.remove(path)
    else this.put(path, atob(bytes ?? ''))
    this.written.push(path)
    return { path, stamp: this.#stamps.get(path) ?? null }
  }
}

interface Change {
  readonly type: string
  readonly path: string
  readonly seen: string | null
  readonly bytes?: string
}

const signal = new AbortController().signal

const emptyWorkspace = (): Workspace =>
  openWorkspace({ entries: [], now: () => 0, loadBlob: () => Promise.reject(new Error('nothing is stored')) })

function put(workspace: Workspace, path: string, text: string): void {
  const draft = workspace.draft()
  draft.write(path, new TextEncoder().encode(text))
  workspace.adopt(draft.delta())
}

interface Stage {
  readonly directory: FakeDirectory
  readonly workspace: Workspace
  readonly paths: () => readonly string[]
  /** One command; all of it is kept. @returns what was said */
  run(does?: (directory: FakeDirectory) => void): Promise<readonly string[]>
}

function stage(): Stage {
  const directory = new FakeDirectory()
  const workspace = emptyWorkspace()
  const sync = new DirectorySync({ session: 'one', call: directory.call, knows: () => Promise.resolve(false) })
  const run: Stage['run'] = async (does = () => undefined) => {
    const draft: WorkspaceDraft = workspace.draft()
    const before = await sync.before(draft, signal)
    does(directory)
    const after = await sync.after(draft, signal)
    await draft.settle()
    workspace.adopt(draft.delta())
    return [...before.notes, ...after.notes]
  }
  return { directory, workspace, run, paths: () => workspace.list().map(({ path }) => path) }
}

describe('a file of the workspace that a look leaves out', () => {
  it('stays in the workspace, goes there once, and goes there again when it changes here', async () => {
    const { directory, workspace, run, paths } = stage()
    directory.left.add('dist').add('.env')
    for (const path of ['.env', 'dist/a.js', 'src.js']) put(workspace, path, path)
    expect(await run()).toEqual([])
    expect(await run()).toEqual([])
    expect(paths()).toEqual(['.env', 'dist/a.js', 'src.js'])
    expect(directory.written).toEqual(['.env', 'dist/a.js', 'src.js'])
    put(workspace, '.env', 'KEY=2')
    expect(await run()).toEqual([])
    expect(directory.files.get('.env')).toBe('KEY=2')
    expect(directory.written).toHaveLength(4)
  })

  it('stays when a command makes git ignore it, and what is gone there goes here', async () => {
    const { directory, run, paths } = stage()
    for (const path of ['notes/a.txt', 'b.txt']) directory.put(path, path)
    await run()
    await run(() => {
      directory.left.add('notes')
      directory.remove('b.txt')
    })
    expect(paths()).toEqual(['notes/a.txt'])
  })

  it('is not written over what stands there, and that is said', async () => {
    const { directory, workspace, run, paths } = stage()
    directory.left.add('.env')
    directory.put('.env', 'theirs')
    put(workspace, '.env', 'mine')
    expect(await run()).toEqual([expect.stringMatching(/^\[not written to the directory: \.env stands there already/)])
    expect(await run()).toEqual([])
    expect([directory.files.get('.env'), paths()]).toEqual(['theirs', ['.env']])
  })
})
