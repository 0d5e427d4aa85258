import { linesOf, regionsOf, type LineSpan } from '@tabwright/protocol'
import { expect, it } from 'vitest'
import { lineHunks } from './line-hunks'

const at = (text: string, { start, count }: LineSpan): string =>
  linesOf(text)
    .slice(start, start + count)
    .join('')

function places(base: string, ...texts: readonly string[]): readonly (readonly string[])[] {
  const regions = regionsOf(texts.map((text) => lineHunks(base, text)))
  return regions.map((region) => [at(base, region.base), ...region.sides.map((span, index) => at(texts[index] ?? '', span))])
}

it('finds each place in all texts, whatever came before it', () => {
  expect(places('a\nb\nc\nd\ne\n', 'A\nb\nc\nd\ne\n', 'new\na\nb\nc\nd\nE\n')).toEqual([
    ['a\n', 'A\n', 'new\na\n'],
    ['e\n', 'e\n', 'E\n'],
  ])
  expect(places('a\nb\nc\n', 'a\nc\n', 'a\nb\nX\nc\n')).toEqual([['b\n', '', 'b\nX\n']])
  expect(places('', 'x\n', '')).toEqual([['', 'x\n', '']])
  expect(places('a\n', 'a\n', 'a\n')).toEqual([])
})

it('put together again, the places and what lies between them are each text', () => {
  let seed = 7
  const random = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below
  for (let round = 0; round < 300; round++) {
    const base = Array.from({ length: random(12) }, () => `${random(5)}\n`)
    const texts = [0, 1, 2].map(() => base.flatMap((line) => (random(4) > 0 ? [line] : random(2) ? [] : [`${random(5)}\n`, line])).join(''))
    const regions = regionsOf(texts.map((text) => lineHunks(base.join(''), text)))
    for (const [which, text] of texts.entries()) {
      const parts: string[] = []
      let from = 0
      for (const region of regions) {
        parts.push(at(base.join(''), { start: from, count: region.base.start - from }), at(text, region.sides[which] ?? region.base))
        from = region.base.start + region.base.count
      }
      expect(parts.join('') + base.slice(from).join('')).toBe(text)
    }
  }
})
