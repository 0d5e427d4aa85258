import type { WorkspaceDraft } from '@tabwright/protocol'
import { describe, expect, it } from 'vitest'
import { MAX_RESULT, shorten } from './offload'

const codec = { encode: (text: string) => new TextEncoder().encode(text), decode: (bytes: Uint8Array) => new TextDecoder().decode(bytes) }
const clean = (text: string): string => text

function draft(): { files: Map<string, string>; draft: WorkspaceDraft } {
  const files = new Map<string, string>()
  const unused = (): never => {
    throw new Error('not part of this test')
  }
  return {
    files,
    draft: {
      list: unused,
      folders: unused,
      draft: unused,
      differsFrom: unused,
      settle: unused,
      stat: unused,
      read: unused,
      remove: unused,
      delta: unused,
      write: (path, bytes) => void files.set(path, codec.decode(bytes)),
    },
  }
}

describe('shorten', () => {
  it('[F18] gives head, tail and a path to the whole of a 5 MB result', () => {
    const text = `first\n${'x'.repeat(5_000_000)}\nlast`
    const { files, draft: target } = draft()
    const short = shorten({ text }, { call: 'toolu_1', files: target, codec, clean })
    expect(short.text.length).toBeLessThanOrEqual(MAX_RESULT)
    expect(short.text.startsWith('first\n')).toBe(true)
    expect(short.text.endsWith('\nlast')).toBe(true)
    expect(short.text).toContain('.tabwright/output/toolu_1.txt')
    expect(files.get('.tabwright/output/toolu_1.txt')).toBe(text)
  })

  it('[rule 25] gives the same short text for the same result every time', () => {
    const text = 'y'.repeat(100_000)
    expect(shorten({ text }, { call: 'a', files: draft().draft, codec, clean }).text).toBe(
      shorten({ text }, { call: 'a', files: draft().draft, codec, clean }).text,
    )
  })

  it('[rule 76] never cuts a surrogate pair and replaces lone halves', () => {
    const short = shorten({ text: `${'z'.repeat(19_999)}${'😀'.repeat(30_000)}` }, { call: 'b', files: draft().draft, codec, clean })
    expect(short.text.isWellFormed()).toBe(true)
    expect(shorten({ text: 'a\ud800b' }, { call: 'c', files: draft().draft, codec, clean }).text).toBe('a\ufffdb')
  })

  it('leaves a short result as it is', () => {
    const { files, draft: target } = draft()
    expect(shorten({ text: 'ok' }, { call: 'd', files: target, codec, clean })).toEqual({ text: 'ok' })
    expect(files.size).toBe(0)
  })
})

it('[O34] takes a secret out that the cut would have gone through', () => {
  const secret = 'tw-secret-0123456789'
  const redact = (text: string): string => text.replaceAll(secret, '[secret]')
  for (let before = 19_975; before <= 20_005; before++) {
    const text = `${'a'.repeat(before)}${secret}${'b'.repeat(30_000)}`
    const short = shorten({ text }, { call: 'e', files: draft().draft, codec, clean: redact })
    expect(short.text).not.toContain(secret.slice(0, 6))
  }
})
