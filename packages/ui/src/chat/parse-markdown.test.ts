import { describe, expect, test } from 'vitest'
import { linkTarget, parseMarkdown, plainText, type ParsedMarkdown } from './parse-markdown'

const kinds = (parsed: ParsedMarkdown): readonly string[] => parsed.blocks.map((block) => block.token.type)

const MESSAGE = [
  '# Plan\n\nFirst *look*, then **edit**.\n\n',
  '- one\n- two\n\n  still two\n\n',
  '```ts\nconst a = 1\n\nconst b = 2\n```\n\n',
  '| a | b |\n| - | - |\n| 1 | 2 |\n\nDone: [docs](https://example.com).\n',
].join('')

describe('parseMarkdown', () => {
  test('a message fed a few characters at a time ends as the same blocks as one parsed whole', () => {
    let parsed: ParsedMarkdown | undefined
    for (let end = 3; end < MESSAGE.length; end += 7) parsed = parseMarkdown(MESSAGE.slice(0, end), true, parsed)
    parsed = parseMarkdown(MESSAGE, true, parsed)
    const whole = parseMarkdown(MESSAGE, false)
    expect(parsed.blocks.map((block) => block.raw)).toEqual(whole.blocks.map((block) => block.raw))
  })

  test('blocks that are settled stay the same objects while the text grows', () => {
    const first = parseMarkdown('one\n\ntwo\n\nthree\n\nfo', true)
    const next = parseMarkdown('one\n\ntwo\n\nthree\n\nfour', true, first)
    expect(next.blocks[0]).toBe(first.blocks[0])
    expect(kinds(next)).toEqual(kinds(first))
  })

  test('half-open emphasis is closed for the eye while text streams', () => {
    expect(parseMarkdown('see **this', true).blocks[0]?.raw).toBe('see **this**')
    expect(parseMarkdown('see **this', false).blocks[0]?.raw).toBe('see **this')
  })

  test('raw HTML is a token of its own, never markup', () => {
    expect(kinds(parseMarkdown('<img src=x onerror=alert(1)>\n', false))).toEqual(['html'])
  })

  test.each(['*'.repeat(5000) + 'a' + '*'.repeat(5000), '> '.repeat(3000) + 'x'])(
    'what is nested too deep to parse is one plain block (case %#)',
    (text) => {
      for (const live of [false, true]) {
        const parsed = parseMarkdown(text, live)
        expect(kinds(parsed)).toEqual(['code'])
        expect(parsed.blocks[0]?.token).toMatchObject({ text })
      }
    },
  )

  test('text that does not continue the old one is parsed anew', () => {
    const before = parseMarkdown('a\n\nb\n\nc\n\nd', true)
    expect(
      parseMarkdown('other\n\ntext', true, before)
        .blocks.map((block) => block.raw.trim())
        .filter(Boolean),
    ).toEqual(['other', 'text'])
  })
})

describe('linkTarget', () => {
  test.each(['javascript:alert(1)', 'data:text/html,x', 'src/a.ts', '//evil.example', 'vbscript:x', ' '])('%s leads nowhere', (href) => {
    expect(linkTarget(href)).toBeUndefined()
  })

  test('a web address names its host', () => {
    expect(linkTarget('https://example.com/a?b')).toEqual({ href: 'https://example.com/a?b', host: 'example.com' })
  })
})

test('known character references become characters and unknown ones stay', () => {
  expect(plainText('a &lt; b &amp;&amp; c &#39;d&#39; &nope; &#x110000;')).toBe("a < b && c 'd' &nope; &#x110000;")
})
