import { expect, test } from 'vitest'
import { changeMarks, fileId, fileTree, filterPaths, foldersAbove, newPath, pathOf, ROOT, typeahead } from './file-tree'

test('paths fold into folders, folders first, names in natural order', () => {
  const tree = fileTree(['b.ts', 'src/file10.ts', 'src/file9.ts', 'README.md', 'src/ui/a.tsx', 'assets/x.png'])
  expect(tree.get(ROOT)?.children).toEqual(['/assets/', '/src/', '/b.ts', '/README.md'])
  expect(tree.get('/src/')?.children).toEqual(['/src/ui/', '/src/file9.ts', '/src/file10.ts'])
  expect(tree.get('/src/ui/a.tsx')).toEqual({ id: '/src/ui/a.tsx', name: 'a.tsx', folder: false, children: [] })
})

test('a folder that is kept although nothing is in it is in the tree', () => {
  const tree = fileTree(['a.ts', 'docs/new/'])
  expect(tree.get('/docs/')?.children).toEqual(['/docs/new/'])
  expect(tree.get('/docs/new/')).toEqual({ id: '/docs/new/', name: 'new', folder: true, children: [] })
})

test('a name like a property of every object is only a name', () => {
  const tree = fileTree(['constructor', '__proto__/toString'])
  expect(tree.get(ROOT)?.children).toEqual(['/__proto__/', '/constructor'])
})

test('5,000 files fold into one tree with every folder once', () => {
  const paths = Array.from({ length: 5000 }, (_, i) => `packages/p${i % 50}/src/d${i % 7}/file${i}.ts`)
  const folders = new Set(
    paths.flatMap((path) =>
      path
        .split('/')
        .slice(0, -1)
        .map((_part, i, parts) => parts.slice(0, i + 1).join('/')),
    ),
  )
  expect(fileTree(paths).size).toBe(1 + folders.size + paths.length)
})

test('the folders above a path come outermost first', () => {
  expect(foldersAbove('a/b/c.ts')).toEqual(['/a/', '/a/b/'])
  expect(pathOf('/a/b/')).toBe('a/b/')
  expect(pathOf(fileId('a/b'))).toBe('a/b')
  expect(foldersAbove('c.ts')).toEqual([])
})

test('a filter keeps the paths that hold every word', () => {
  const paths = ['src/ui/button.tsx', 'src/core/button.ts', 'docs/ui.md']
  expect(filterPaths(paths, 'UI butt')).toEqual(['src/ui/button.tsx'])
  expect(filterPaths(paths, '  ')).toBe(paths)
})

test('a changed file marks the folders above it', () => {
  const marks = changeMarks([{ path: 'src/ui/a.tsx', status: 'added', added: 1, removed: 0, after: null }])
  expect([...marks]).toEqual([
    ['/src/ui/a.tsx', 'added'],
    ['/src/', 'inside'],
    ['/src/ui/', 'inside'],
  ])
})

test('a new name is refused with a sentence when it cannot be', () => {
  const existing = new Set(['src/a.ts'])
  expect(newPath(' src/b.ts ', existing)).toEqual({ type: 'path', path: 'src/b.ts' })
  for (const bad of ['', 'src/', '/etc/x', '../x', 'a//b', 'a/./b', 'a\0b', 'a\\b', 'src/a.ts', 'src', 'src/a.ts/b']) {
    expect(newPath(bad, existing), JSON.stringify(bad)).toMatchObject({ type: 'refused' })
  }
})

test('typing finds the next name and stays on a name that still fits', () => {
  const names = ['alpha', 'beta', 'bravo', 'gamma']
  expect(typeahead(names, 0, 'b')).toBe(1)
  expect(typeahead(names, 1, 'b')).toBe(2)
  expect(typeahead(names, 1, 'be')).toBe(1)
  expect(typeahead(names, 1, 'br')).toBe(2)
  expect(typeahead(names, 3, 'a')).toBe(0)
  expect(typeahead(names, 0, 'x')).toBe(-1)
})
