import { expect, it } from 'vitest'
import { importSentence, progressSentence } from './import-sentence'
import { chosenFiles, droppedFiles, outgoingAt, type ChosenFile, type DroppedEntry } from './incoming'

const chosen = (name: string, folder?: string): ChosenFile =>
  Object.defineProperty(new File(['x'], name), 'webkitRelativePath', { value: folder === undefined ? '' : `${folder}/${name}` })

const file = (name: string): DroppedEntry => ({ name, isDirectory: false, file: (done) => done(new File([name], name)) })

/** As browsers do it, a folder tells of a few at a time. */
function folder(name: string, inner: readonly DroppedEntry[]): DroppedEntry {
  return {
    name,
    isDirectory: true,
    createReader: () => {
      const left = [...inner]
      return { readEntries: (done) => done(left.splice(0, 2)) }
    },
  }
}

it('takes one archive as an archive, and several as the files that they are', () => {
  expect(chosenFiles([chosen('a.tar.gz')])).toMatchObject({ type: 'archive', name: 'a.tar.gz' })
  expect(chosenFiles([chosen('a.zip'), chosen('b.zip')])).toMatchObject({
    type: 'files',
    name: '2 files',
    files: [{ path: 'a.zip' }, { path: 'b.zip' }],
  })
  expect(chosenFiles([chosen('notes.txt')])).toMatchObject({ type: 'files', name: 'notes.txt' })
  expect(chosenFiles([])).toBeUndefined()
})

it('takes what is in a chosen folder, without the folder', () => {
  expect(chosenFiles([chosen('a.ts', 'shop/src'), chosen('x.zip', 'shop')])).toMatchObject({
    type: 'files',
    name: 'shop',
    files: [{ path: 'src/a.ts' }, { path: 'x.zip' }],
  })
})

it('reads dropped folders whole, with their names, but does not walk through node_modules', async () => {
  const inner = ['a', 'b', 'c', 'd', 'e'].map(file)
  const dropped = await droppedFiles([
    folder('shop', [folder('src', inner), folder('node_modules', [file('never')]), file('x.zip')]),
    file('one.md'),
  ])
  expect(dropped).toMatchObject({ type: 'files', name: '8 files' })
  expect(dropped?.type === 'files' && dropped.files.map(({ path }) => path)).toEqual([
    ...['a', 'b', 'c', 'd', 'e'].map((name) => `shop/src/${name}`),
    'shop/node_modules/…',
    'shop/x.zip',
    'one.md',
  ])
})

it('unpacks a dropped archive when it comes alone', async () => {
  expect(await droppedFiles([file('a.zip')])).toMatchObject({ type: 'archive', name: 'a.zip' })
  expect(await droppedFiles([folder('f', [file('a.zip')])])).toMatchObject({ type: 'files' })
  expect(await droppedFiles([folder('empty', [])])).toBeUndefined()
})

it('says what an import did, what it left out and how to undo it', () => {
  expect(importSentence('shop.zip', { added: 12, changed: 3, same: 1, leftOut: [] })).toBe(
    'Imported shop.zip: 12 files added, 3 replaced, 1 as they were. “Rewind” in the session menu undoes it.',
  )
  const leftOut = [{ path: 'big.bin', why: 'is larger than 50 MB' }]
  expect(importSentence('x', { added: 0, changed: 0, same: 0, leftOut })).toBe(
    'Nothing of x was imported. Left out: big.bin, it is larger than 50 MB.',
  )
  expect(importSentence('x', { added: 1, changed: 0, same: 0, leftOut: [...leftOut, ...leftOut] })).toContain(
    'Left out: 2 files, the first of them big.bin',
  )
  expect(progressSentence('x', 1, 3)).toBe('Importing x: 33 % read …')
})

it('offers the file in focus and the folder around it', () => {
  expect(outgoingAt('README.md')).toEqual([{ type: 'file', path: 'README.md' }])
  expect(outgoingAt('lib/src/a.ts')).toEqual([
    { type: 'file', path: 'lib/src/a.ts' },
    { type: 'folder', path: 'lib/src' },
  ])
  expect(outgoingAt('lib/src/')).toEqual([{ type: 'folder', path: 'lib/src' }])
  expect(outgoingAt('')).toEqual([])
})
