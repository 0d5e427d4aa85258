import { describe, expect, it } from 'vitest'
import { found, type PaletteGroup } from './entries'
import { fileEntry } from './file-entry'

const picked = (): undefined => undefined
const labels = (groups: readonly PaletteGroup[]): Record<string, readonly string[]> =>
  Object.fromEntries(groups.map(({ value, items }) => [value, items.map(({ label }) => label)]))

const GROUPS: readonly PaletteGroup[] = [
  {
    value: 'Actions',
    items: ['Settings', 'Show changes', 'New session'].map((label) => ({ id: label, label, onPick: picked })),
  },
  { value: 'Files', items: ['src/cart.js', 'src/cart.test.js', 'docs/cards/readme.md'].map((path) => fileEntry(path, picked)) },
]

describe('the palette', () => {
  it('shows all kinds before a letter is typed, and no more of one than an eye goes over', () => {
    expect(Object.keys(labels(found(GROUPS, ' ')))).toEqual(['Actions', 'Files'])
    const many = Array.from({ length: 5000 }, (_, n) => fileEntry(`src/file-${n}.ts`, picked))
    expect(found([{ value: 'Files', items: many }], '')[0]?.items).toHaveLength(30)
    expect(found([{ value: 'Files', items: many }], 'f4999')[0]?.items[0]?.label).toBe('file-4999.ts')
  })

  it('finds by letters in order, the closest first, and by where a file is', () => {
    expect(labels(found(GROUPS, 'cart'))['Files']?.[0]).toBe('cart.js')
    expect(labels(found(GROUPS, 'shch'))).toEqual({ Actions: ['Show changes'] })
    expect(labels(found(GROUPS, 'cards read'))['Files']).toEqual(['readme.md'])
    expect(labels(found(GROUPS, 'src cart'))['Files']).toContain('cart.js')
    expect(found(GROUPS, 'zzz')).toEqual([])
  })

  it('names a file by its last part', () => {
    expect(fileEntry('a/b/c.ts', picked)).toMatchObject({ id: 'file:a/b/c.ts', label: 'c.ts', about: 'a/b' })
    expect(fileEntry('top.md', picked)).not.toHaveProperty('about')
  })
})
