import { failureOf, type FileHits, type FileSearchWish } from '@tabwright/protocol'
import { expect, it } from 'vitest'
import { openWorkspace } from '../workspace/workspace'
import { createFileSearch, type FileSearch } from './file-search'
import { utf8 } from './text-utf8'

type Files = Readonly<Record<string, string | Uint8Array>>

function searchOf(files: Files): FileSearch {
  const draft = openWorkspace({ entries: [], loadBlob: () => Promise.reject(new Error('none')), now: () => 1 }).draft()
  for (const [path, content] of Object.entries(files)) draft.write(path, typeof content === 'string' ? utf8.encode(content) : content)
  return createFileSearch(async () => draft)
}

async function hits(search: FileSearch, wish: Partial<FileSearchWish>): Promise<readonly string[]> {
  const found: FileHits[] = []
  await search.find({ text: '', isExpression: false, isExact: false, ...wish }, (some) => found.push(...some))
  return found.flatMap(({ path, hits: lines }) => lines.map(({ line, text }) => `${path}:${line}:${text}`))
}

const PROJECT: Files = {
  'README.md': 'Tea and cake\n',
  'src/shop.ts': 'const tea = 1\nconst price = tea * 2\n',
  'node_modules/x/index.js': 'tea',
  'tea.bin': new Uint8Array([0, 255, 254, 116, 101, 97]),
}

it('finds words in any case, the same letters, and expressions, in files that are text and the project’s own', async () => {
  const search = searchOf(PROJECT)
  expect(await hits(search, { text: 'tea' })).toEqual([
    'README.md:1:Tea and cake',
    'src/shop.ts:1:const tea = 1',
    'src/shop.ts:2:…nst price = tea * 2',
  ])
  expect(await hits(search, { text: 'Tea', isExact: true })).toEqual(['README.md:1:Tea and cake'])
  expect(await hits(search, { text: '(price|cake)$', isExpression: true })).toEqual(['README.md:1:Tea and cake'])
  expect(await hits(search, { text: 'a+b' })).toEqual([])
  expect(await hits(search, { text: '' })).toEqual([])
})

it('says in a sentence that something is no expression', async () => {
  const wish = { text: '(', isExpression: true, isExact: false }
  expect(
    await searchOf(PROJECT)
      .find(wish, () => undefined)
      .catch(failureOf),
  ).toMatchObject({ code: 'bad_input', message: expect.stringContaining('"("') })
})

it('marks where the word stands, and shows of a long line the part that holds it', async () => {
  const found: FileHits[] = []
  const line = `    ${'x'.repeat(500)} needle ${'y'.repeat(500)}`
  await searchOf({ 'a.txt': line, 'b.txt': '  needle' }).find({ text: 'NEEDLE', isExpression: false, isExact: false }, (some) =>
    found.push(...some),
  )
  const shown = found
    .flatMap((file) => file.hits)
    .map(({ text, mark }) => ({ length: text.length, marked: mark && text.slice(mark.from, mark.to), starts: text.slice(0, 2) }))
  expect(shown).toEqual([
    { length: 241, marked: 'needle', starts: '…x' },
    { length: 6, marked: 'needle', starts: 'ne' },
  ])
})

it('stops at the most that a person reads, and says that there is more', async () => {
  const many = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`f${String(i).padStart(2, '0')}.txt`, 'tea\n'.repeat(300)]))
  const end = await searchOf(many).find({ text: 'tea', isExpression: false, isExact: false }, () => undefined)
  expect(end).toEqual({ lines: 2000, files: 10, isCut: true })
})

it('a search ends the one before it', async () => {
  let begun = (): void => undefined
  const started = new Promise<void>((resolve) => (begun = resolve))
  let release = (): void => undefined
  const released = new Promise<void>((resolve) => (release = resolve))
  const draft = openWorkspace({ entries: [], loadBlob: () => Promise.reject(new Error('none')), now: () => 1 }).draft()
  for (const path of ['a.txt', 'b.txt']) draft.write(path, utf8.encode('tea'))
  let reads = 0
  const slow = {
    list: () => draft.list(),
    read: async (path: string) => {
      reads += 1
      if (reads === 1) {
        begun()
        await released
      }
      return draft.read(path)
    },
  }
  const search = createFileSearch(async () => slow)
  const first = search.find({ text: 'tea', isExpression: false, isExact: false }, () => undefined).catch(failureOf)
  await started
  const second = await hits(search, { text: 'tea' })
  release()
  expect(second).toEqual(['a.txt:1:tea', 'b.txt:1:tea'])
  expect(await first).toMatchObject({ code: 'aborted' })
})
