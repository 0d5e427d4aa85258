import { expect, it } from 'vitest'
import { placesIn } from './places-in'

const done = (text: string): { readonly type: 'done'; readonly text: string } => ({ type: 'done', text })

it('lines that were found lead to their line, and the rest of the output nowhere', () => {
  const text = 'src/a.ts:3:const tea = 1\nsrc/a b.ts:12:a:4:b\n[4 more matches]'
  expect(placesIn({ name: 'grep', input: '{}', outcome: done(text) })).toEqual([
    { path: 'src/a.ts', line: 3 },
    { path: 'src/a b.ts', line: 12 },
  ])
  expect(placesIn({ name: 'grep', input: '{}', outcome: done('No match in 3 files.') })).toEqual([])
})

it('a file that was read leads to where the reading began, and names that were found to each', () => {
  expect(placesIn({ name: 'read_file', input: '{"path":"a.ts","offset":40}', outcome: done('…') })).toEqual([{ path: 'a.ts', line: 40 }])
  expect(placesIn({ name: 'read_file', input: '{"path":"/etc/x"}', outcome: done('…') })).toEqual([])
  expect(placesIn({ name: 'glob', input: '{}', outcome: done('a.ts\nb/c.ts') })).toEqual([{ path: 'a.ts' }, { path: 'b/c.ts' }])
  expect(placesIn({ name: 'shell', input: '{}', outcome: done('a.ts:1:x') })).toEqual([])
  expect(placesIn({ name: 'read_file', input: '{"path":"a.ts"}', outcome: { type: 'skipped', text: '' } })).toEqual([])
})
