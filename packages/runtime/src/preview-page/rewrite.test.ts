import { describe, expect, it } from 'vitest'
import { textOfAll } from './console-text'
import { withCssUrls } from './css-urls'
import { linkModule } from './module-graph'

describe('addresses in a style sheet', () => {
  const shown = (css: string) =>
    withCssUrls(css, async (address, isSheet) => (address === 'no' ? undefined : `${isSheet ? 'S' : 'F'}:${address}`))

  it('are replaced in every spelling, and nothing else is', async () => {
    expect(await shown('a { background: url(x.png) } b { background: url("y z.png") } c { background: url( \'w.png\' ) }')).toBe(
      'a { background: url("F:x.png") } b { background: url("F:y z.png") } c { background: url("F:w.png") }',
    )
    expect(await shown('@import "a.css" screen; @import url(b.css);')).toBe('@import url("S:a.css") screen; @import url("S:b.css");')
    for (const same of ['/* url(x) */', 'a::after { content: "url(x)" }', 'url(no)', 'a { color: red }', '/* never closed url(x)'])
      expect(await shown(same)).toBe(same)
  })
})

describe('a module', () => {
  const resolve = (specifier: string, from: string) => (specifier.startsWith('.') ? new URL(specifier, from).href : undefined)
  const link = (code: string) => linkModule(code, 'http://site/a/main.js', resolve)

  it('names the modules it needs by their whole addresses, and its own', () => {
    const { code, needs } = link(
      `import x from './x.js'; export * from "../y.js"; const z = import('./z.js'); console.log(import.meta.url); import 'react'; import(x)`,
    )
    expect(needs).toEqual(['http://site/a/x.js', 'http://site/y.js', 'http://site/a/z.js'])
    expect(code).toBe(
      `import x from "http://site/a/x.js"; export * from "http://site/y.js"; const z = import("http://site/a/z.js"); console.log(({ url: "http://site/a/main.js" }).url); import 'react'; import(x)`,
    )
  })

  it('that cannot be read stays as it is', () => {
    expect(link('import {')).toEqual({ code: 'import {', needs: [] })
  })
})

describe('a line of the console', () => {
  it('is what one reads in a console', () => {
    expect(textOfAll(['a', 1, { b: [1, 'x'], c: undefined }, null])).toBe('a 1 {b: [1, "x"], c: undefined} null')
    expect(textOfAll(['%s has %d of %o %%', 'it', 2.5, { x: 1 }, 'more'])).toBe('it has 2 of {x: 1} % more')
    expect(textOfAll([new Map([['k', new Set([1n])]])])).toBe('Map {"k" => Set {1n}}')
    expect(textOfAll([new TypeError('odd')])).toMatch(/^TypeError: odd\n/)
  })

  it('is made of whatever a page has: rings, getters that throw, very much', () => {
    const ring: Record<string, unknown> = {}
    ring['self'] = ring
    expect(textOfAll([ring])).toBe('{self: [Circular]}')
    const trap = Object.defineProperty({}, 'x', {
      enumerable: true,
      get: () => {
        throw new Error('no')
      },
    })
    expect(textOfAll([trap])).toContain('cannot be printed')
    expect(textOfAll(['x'.repeat(100_000)]).length).toBeLessThan(4010)
  })
})
