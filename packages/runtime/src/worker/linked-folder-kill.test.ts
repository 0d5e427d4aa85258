import type { SessionEventMap } from '@tabwright/protocol'
import { memoryDisk, type MemoryDisk } from '@tabwright/testkit'
import { expect, it } from 'vitest'
import type { KeptFolder } from '../io/folder-idb'
import { folderMemory } from '../io/side-memory'
import { openWorkspace } from '../workspace/workspace'
import { linkedFolder, type FolderCalls } from './linked-folder'

/** How many steps a page has left: at none it is dead, and what it waits for never comes. */
interface Life {
  left: number
  died(): void
}

const never = new Promise<never>(() => undefined)

function dead(life: Life): Promise<never> {
  life.died()
  return never
}

/** A page may die before each step and after it. */
async function step<T>(life: Life, act: () => Promise<T>): Promise<T> {
  if (life.left-- <= 0) return dead(life)
  const done = await act()
  if (life.left-- <= 0) return dead(life)
  return done
}

/** A handle whose calls are steps, as are those of every handle that it gives. */
function mortal<T extends object>(handle: T, life: Life): T {
  const STEPS = new Set(['getDirectoryHandle', 'getFileHandle', 'getFile', 'createWritable', 'write', 'close', 'removeEntry'])
  return new Proxy(handle, {
    get: (target, key) => {
      const value: unknown = Reflect.get(target, key)
      if (typeof value !== 'function') return value
      if (typeof key !== 'string' || !STEPS.has(key)) return value.bind(target)
      return (...args: readonly unknown[]) =>
        step(life, async () => {
          const got: unknown = await Reflect.apply(value, target, args)
          return typeof got === 'object' && got !== null && !(got instanceof File) ? mortal(got, life) : got
        })
    },
  })
}

type Ends = SessionEventMap['folder.ended'][]

interface Shop {
  readonly disk: MemoryDisk
  readonly ends: Ends
  /** A page with so many steps to live. */
  page(left: number): FolderCalls & { readonly life: Life }
}

const OLD = { 'a.txt': 'one', 'gone/b.txt': 'b', 'both.txt': 'base', 'same.txt': 'same' }
const NEW = { 'a.txt': 'two', 'both.txt': 'ours', 'new/c.txt': 'c', 'new/empty.txt': '', 'same.txt': 'same' }

/** A linked folder, and files here that moved on from it in every way. */
async function shop(): Promise<Shop> {
  const disk = memoryDisk('shop', OLD)
  const workspace = openWorkspace({ entries: [], now: () => 1, loadBlob: () => Promise.reject(new Error('all is in memory')) })
  const kept = folderMemory()
  const ends: Ends = []
  const commands = (life: Life): Parameters<typeof linkedFolder>[1] => {
    return async () => ({
      importFiles: async (files) => {
        const draft = workspace.draft()
        for (const { path, bytes } of files) draft.write(path, bytes)
        workspace.adopt(draft.delta())
        return { added: files.length, changed: 0, same: 0 }
      },
      folderStarted: () => step(life, () => Promise.resolve()),
      folderEnded: (end) => step(life, async () => void ends.push(end)),
    })
  }
  const page = (left: number): ReturnType<Shop['page']> => {
    const life: Life = { left, died: () => undefined }
    const folder: KeptFolder = {
      ...kept,
      read: async () => {
        const link = await kept.read()
        return link && { ...link, handle: mortal(link.handle, life) }
      },
      note: (files) => step(life, () => kept.note(files)),
      begin: (files) => step(life, () => kept.begin(files)),
    }
    return { ...linkedFolder(() => Promise.resolve({ workspace, platform: { folder } }), commands(life)), life }
  }
  await page(Infinity).importFolder({ type: 'folder', name: 'shop', folder: disk.handle }, () => undefined)
  const draft = workspace.draft()
  draft.remove('gone/b.txt')
  for (const [path, text] of Object.entries(NEW)) draft.write(path, new TextEncoder().encode(text))
  workspace.adopt(draft.delta())
  disk.put('both.txt', 'theirs')
  disk.put('theirs.txt', 'theirs')
  return { disk, ends, page }
}

/** The person says yes to all of it. True: the page lived to the end. */
async function writeBack(shopped: Shop, left: number): Promise<boolean> {
  const page = shopped.page(Infinity)
  const plan = await page.planFolder()
  page.life.left = left
  const dies = new Promise<boolean>((resolve) => (page.life.died = () => resolve(false)))
  return Promise.race([dies, page.writeFolder(plan.id, ['both.txt']).then(() => true)])
}

const WANTED: Readonly<Record<string, string>> = { ...NEW, 'theirs.txt': 'theirs' }

it('loses nothing and leaves nothing half, wherever the page dies while it writes back to a folder', async () => {
  let points = 0
  for (let left = 0; ; left++) {
    const shopped = await shop()
    const { disk, ends } = shopped
    const isWhole = await writeBack(shopped, left)
    if (isWhole) break
    points += 1
    for (const [path, text] of Object.entries(disk.files())) {
      if (path.endsWith('.crswap')) continue
      const whole = [Reflect.get(OLD, path), Reflect.get(NEW, path), ...(path.endsWith('/') ? [''] : [])]
      if (path === 'both.txt' || path === 'theirs.txt') whole.push('theirs')
      // Of a new file its name may be there already.
      if (path.startsWith('new/')) whole.push('')
      expect(whole, `${path} after ${left} steps`).toContain(text)
    }
    expect(await writeBack(shopped, Infinity), `after ${left} steps`).toBe(true)
    expect(disk.files(), `after ${left} steps`).toEqual(WANTED)
    expect(ends.at(-1)?.failed, `after ${left} steps`).toEqual([])
  }
  expect(points).toBeGreaterThan(80)
})

it('removes what the browser left beside a file when it died, and nothing that is not the beginning of what was on its way', async () => {
  const shopped = await shop()
  const { disk, ends } = shopped
  // The log and the link know of it, the disk does not yet.
  await writeBack(shopped, 4)
  disk.put('new/c.txt.crswap', '')
  disk.put('a.txt.crswap', 'tw')
  disk.put('both.txt.crswap', 'or')
  await shopped.page(Infinity).planFolder()
  expect(Object.keys(disk.files()).filter((path) => path.endsWith('.crswap'))).toEqual(['both.txt.crswap'])
  expect(ends).toEqual([{ folder: 'shop', written: 0, removed: 0, failed: expect.any(Array) }])
  await shopped.page(Infinity).planFolder()
  expect(ends).toHaveLength(1)
})
