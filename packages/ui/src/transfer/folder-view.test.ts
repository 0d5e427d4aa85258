import { failureOf } from '@tabwright/protocol'
import { expect, it } from 'vitest'
import {
  answers,
  conflictText,
  fateText,
  theirsSentence,
  touchedBy,
  writeLabel,
  writtenSentence,
  type FolderPlanFileView,
} from './folder-view'
import { canLinkFolders, folderWords, pickFolder } from './pick-folder'

const AT = new Date(2026, 10, 21, 10, 32).getTime()
const file = (
  path: string,
  fate: FolderPlanFileView['fate'],
  sides: readonly [here: number | null, disk: number | null],
): FolderPlanFileView => ({
  path,
  fate,
  here: sides[0] === null ? null : { size: sides[0] },
  disk: sides[1] === null ? null : { size: sides[1], lastModified: AT },
})

it('says on its one button how many files it writes and removes, conflicts only where the person chose so', () => {
  const files = [
    file('a', 'add', [1, null]),
    file('b', 'remove', [null, 1]),
    file('c', 'conflict', [1, 2]),
    file('d', 'conflict', [null, 2]),
  ]
  const label = (...over: readonly string[]): string => writeLabel(touchedBy({ files }, new Set(over)))
  expect(label()).toBe('Write 1 file, remove 1')
  expect(label('c')).toBe('Write 2 files, remove 1')
  expect(label('c', 'd')).toBe('Write 2 files, remove 2')
  expect(writeLabel({ written: 0, removed: 2 })).toBe('Remove 2 files')
  expect(writeLabel({ written: 3, removed: 0 })).toBe('Write 3 files')
  expect(writeLabel({ written: 0, removed: 0 })).toBe('Nothing to write')
})

it('tells of both sides of a conflict and offers what leaves the disk alone first', () => {
  expect(conflictText(file('a', 'conflict', [1200, 2400]), AT)).toBe('changed on the disk (2.4 KB, 10:32), changed here (1.2 KB)')
  expect(conflictText(file('a', 'conflict', [1200, null]), AT)).toBe('removed on the disk, changed here (1.2 KB)')
  expect(conflictText(file('a', 'conflict', [null, 2400]), AT)).toBe('changed on the disk (2.4 KB, 10:32), removed here')
  expect(answers(file('a', 'conflict', [1, 2]))).toEqual(['Keep the disk’s', 'Overwrite'])
  expect(answers(file('a', 'conflict', [null, 2]))).toEqual(['Keep the disk’s', 'Remove it there'])
  expect(answers(file('a', 'conflict', [1, null]))).toEqual(['Leave it removed', 'Write it again'])
})

it('tells what becomes of each file, of those that only the disk changed, and what was done', () => {
  expect(fateText({ ...file('run', 'add', [12, null]), losesBits: true })).toBe('is added, 12 B, without its permission to run')
  expect([fateText(file('a', 'change', [12, 1])), fateText(file('a', 'remove', [null, 1]))]).toEqual(['is replaced, 12 B', 'is removed'])
  expect(theirsSentence([])).toBe('')
  expect(theirsSentence(['a'])).toContain('a was changed on the disk alone and stays as there.')
  expect(theirsSentence(['a', 'b'])).toContain('2 files were changed on the disk alone and stay as there.')
  expect(writtenSentence({ folder: 'shop', written: 2, removed: 1, failed: [] })).toBe('shop: 2 files written, 1 file removed.')
  expect(writtenSentence({ folder: 'shop', written: 0, removed: 0, failed: [] })).toBe('Nothing was written to shop.')
})

it('links a folder where the browser can, says which of the two it is, and takes a refusal as words', async () => {
  const refused = (name: string) => ({ showDirectoryPicker: () => Promise.reject(new DOMException('', name)) })
  expect([canLinkFolders({}), canLinkFolders(refused('AbortError'))]).toEqual([false, true])
  expect([folderWords(true), folderWords(false)]).toEqual([expect.stringContaining('write them back'), expect.stringContaining('copied')])
  expect(await pickFolder(refused('AbortError'))).toBeUndefined()
  expect(await pickFolder(refused('SecurityError')).catch(failureOf)).toMatchObject({ code: 'not_permitted' })
})
