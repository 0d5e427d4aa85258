import { describe, expect, it } from 'vitest'
import { mentionAt, mentionOf, recalled, withMention } from './mention'

describe('a file that is named in a message', () => {
  it('is what stands between an @ and the caret', () => {
    expect(mentionAt('look at @src/ca', 15)).toEqual({ from: 8, to: 15, query: 'src/ca' })
    expect(mentionAt('@', 1)).toEqual({ from: 0, to: 1, query: '' })
    expect(mentionAt('(@a', 3)?.query).toBe('a')
    expect(mentionAt('see\n@b', 6)?.query).toBe('b')
    expect(mentionAt('@a and then', 2)?.query).toBe('a')
  })

  it('is none inside a word, behind a space, or in the middle of what stands there already', () => {
    for (const [text, caret] of [
      ['me@example.com', 14],
      ['@a b', 4],
      ['no', 2],
      ['@abc', 2],
      ['@@', 2],
      [`@${'x'.repeat(200)}`, 201],
    ] as const)
      expect(mentionAt(text, caret)).toBeUndefined()
  })

  it('comes in the place of what was typed of it, with the caret behind it', () => {
    const text = 'read @ca and go'
    const mention = mentionAt(text, 8)
    expect(mention && withMention(text, mention, 'src/cart.js')).toEqual({ text: 'read @src/cart.js and go', caret: 18 })
    const last = mentionAt('@ca', 3)
    expect(last && withMention('@ca', last, 'my notes.md')).toEqual({ text: '@"my notes.md" ', caret: 15 })
    expect(mentionOf('a/b')).toBe('@a/b')
  })
})

describe('messages of before', () => {
  const history = ['one', 'two', 'one', 'three']
  it('come back into an empty box, the newest first and each once', () => {
    expect(recalled('', history, -1)).toBe('three')
    expect(recalled('three', history, -1)).toBe('one')
    expect(recalled('one', history, -1)).toBe('two')
    expect(recalled('two', history, -1)).toBeUndefined()
  })
  it('go again the other way, to the empty box', () => {
    expect(recalled('two', history, 1)).toBe('one')
    expect(recalled('three', history, 1)).toBe('')
    expect(recalled('', history, 1)).toBeUndefined()
  })
  it('leave alone what somebody wrote', () => {
    expect(recalled('mine', history, -1)).toBeUndefined()
    expect(recalled('', [], -1)).toBeUndefined()
  })
})
