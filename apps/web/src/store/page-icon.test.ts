import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { iconOf, PLAIN_ICON } from './page-icon'

test('the marked icons are the icon with a mark', () => {
  expect(PLAIN_ICON).toBe(readFileSync('public/favicon.svg', 'utf8'))
  const marks = (['working', 'waiting', 'done'] as const).map(iconOf)
  expect(new Set(marks).size).toBe(3)
  for (const mark of marks) expect(decodeURIComponent(mark)).toMatch(/^data:image\/svg\+xml,<svg .*<circle .*<\/svg>\n$/s)
  expect(iconOf(undefined)).toBe('/favicon.svg')
})
