import { describe, expect, it } from 'vitest'
import { CappedOutput } from './output-cap'

const sizeOf = (text: string): number => new TextEncoder().encode(text).length

describe('kept output', () => {
  it('is all that was written as long as it fits, however small the pieces', () => {
    const out = new CappedOutput(1_000_000)
    let all = ''
    for (let i = 0; i < 50_000; i++) {
      out.push(`line ${i}\n`)
      all += `line ${i}\n`
    }
    expect(out.text()).toBe(all)
  })

  it('keeps first and last of more, says how many characters are missing, and stays below the limit in bytes', () => {
    const limit = 2_000_000
    for (const letter of ['a', 'é', '漢', '😀']) {
      const out = new CappedOutput(limit)
      const text = letter.repeat(700_000)
      for (let i = 0; i < 10; i++) out.push(text)
      out.push('end')
      const kept = out.text()
      const [, dropped = ''] = /\[… (\d+) characters left out: the output passed 2000000 bytes …\]/.exec(kept) ?? []
      const [head = '', tail = ''] = kept.split(/\n\[… .* …\]\n/)
      expect(head.length + tail.length + Number(dropped)).toBe(text.length * 10 + 3)
      expect(sizeOf(head) + sizeOf(tail)).toBeLessThanOrEqual(limit)
      expect(sizeOf(head) + sizeOf(tail)).toBeGreaterThan(limit * 0.7)
      expect(tail.endsWith('end')).toBe(true)
    }
  })

  it('[rule 76] never cuts a surrogate pair', () => {
    const out = new CappedOutput(1_000_000)
    for (let i = 0; i < 10; i++) out.push(`x${'😀'.repeat(100_000)}`)
    expect(out.text().isWellFormed()).toBe(true)
  })
})
