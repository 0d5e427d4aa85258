import { expect, test } from 'vitest'
import { copyPath, filesIn, folderAbove, nameOf, stemOf } from './tree-wish'

test('a new name takes the place of the name without its ending', () => {
  const selected = (path: string): string => path.slice(stemOf(path).from, stemOf(path).to)
  expect(['src/a.test.ts', 'src/lib/', '.env', 'Makefile'].map(selected)).toEqual(['a.test', 'lib', '.env', 'Makefile'])
  expect([folderAbove('src/lib/'), folderAbove('a.ts'), nameOf('src/lib/'), nameOf('src/a.ts')]).toEqual(['src/', '', 'lib', 'a.ts'])
})

test('a copy stands beside the original under a name that is free', () => {
  const existing = new Set(['src/a.ts', 'src/a-copy.ts', 'lib-copy/x.ts'])
  expect(copyPath('src/a.ts', existing)).toBe('src/a-copy-2.ts')
  expect(copyPath('src/', existing)).toBe('src-copy')
  expect(copyPath('lib/', existing)).toBe('lib-copy-2')
})

test('files of a folder are counted, folders are not', () => {
  expect(filesIn('src/', ['src/a.ts', 'src/b/c.ts', 'src/empty/', 'srcx/d.ts'])).toBe(2)
})
