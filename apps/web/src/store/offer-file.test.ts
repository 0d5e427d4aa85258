import { expect, test } from 'vitest'
import { exportName } from './offer-file'

test('a title becomes the name of a file that any system takes', () => {
  expect(exportName('Fix the tests')).toBe('fix-the-tests.tabwright.zip')
  expect(exportName('  Ünïcode / & .. \\ co: ')).toBe('unicode-co.tabwright.zip')
  expect(exportName('日本語')).toBe('session.tabwright.zip')
  expect(exportName('x'.repeat(500))).toHaveLength(60 + '.tabwright.zip'.length)
})
