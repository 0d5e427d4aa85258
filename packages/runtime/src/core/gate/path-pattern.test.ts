import { describe, expect, it } from 'vitest'
import { fitsPath } from './path-pattern'

describe('a path pattern', () => {
  it.each([
    ['src/**', '/workspace/src/a.ts', true],
    ['src/**', '/workspace/src/deep/er/a.ts', true],
    ['src/**', '/workspace/srcs/a.ts', false],
    ['src/**', '/workspace/lib/src/a.ts', false],
    ['docs/*.md', '/workspace/docs/a.md', true],
    ['docs/*.md', '/workspace/docs/.md', true],
    ['docs/*.md', '/workspace/docs/deep/a.md', false],
    ['docs/*.md', '/workspace/DOCS/A.MD', true],
    ['docs/ä.md', '/workspace/docs/a\u0308.md', true],
    ['**/test.ts', '/workspace/test.ts', true],
    ['**/test.ts', '/workspace/a/b/test.ts', true],
    ['a/**/b/**/c', '/workspace/a/b/b/x/c', true],
    ['a/**/b/**/c', '/workspace/a/x/c', false],
    ['a?c', '/workspace/abc', true],
    ['a?c', '/workspace/a/c', false],
    ['src/a.ts', '/workspace/src/a-ts', false],
    ['src/a.ts', '/tmp/src/a.ts', false],
    ['/tmp/**', '/tmp/x/y', true],
    ['/tmp/**', '/workspace/tmp/x', false],
    ['**', '/workspace/a', true],
    ['**', '/tmp/a', false],
  ])('%s on %s: %s', (pattern, path, wanted) => {
    expect(fitsPath(pattern, path)).toBe(wanted)
  })

  it('takes no longer than the pattern and the path are long', () => {
    const started = performance.now()
    expect(fitsPath(`${'**/'.repeat(60)}x`, `/workspace/${'a/'.repeat(60)}y`)).toBe(false)
    expect(fitsPath(`${'*a'.repeat(200)}b`, `/workspace/${'a'.repeat(400)}`)).toBe(false)
    expect(performance.now() - started).toBeLessThan(1000)
  })
})
