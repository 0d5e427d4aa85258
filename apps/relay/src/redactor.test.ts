import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { createRedactor, holdsKey } from './redactor'

const KEY = 'sk-ant-api03-"quoted"/and\\slashed+0123'

async function through(parts: readonly (string | Buffer)[], key = KEY): Promise<string> {
  const out: Buffer[] = []
  for await (const part of Readable.from(parts.map((part) => Buffer.from(part))).pipe(createRedactor(key))) out.push(Buffer.from(part))
  return Buffer.concat(out).toString()
}

describe('the redactor', () => {
  it('[O34] removes the key wherever the chunks are cut', async () => {
    const text = `before ${KEY} between ${KEY}${KEY} after`
    const bytes = Buffer.from(text)
    for (let cut = 0; cut <= bytes.length; cut++) {
      expect(await through([bytes.subarray(0, cut), bytes.subarray(cut)])).toBe(
        'before [key removed] between [key removed][key removed] after',
      )
    }
    expect(await through(Array.from(text))).toBe('before [key removed] between [key removed][key removed] after')
  })

  it('[O30] removes it in the forms in which a server may echo it', async () => {
    const bytes = Buffer.from(KEY)
    const forms = [JSON.stringify({ error: KEY }), `?k=${encodeURIComponent(KEY)}`, bytes.toString('hex')]
    for (const before of ['', 'x', 'xy', 'user:', 'ab:cd']) {
      const wrapped = Buffer.from(`${before}${KEY}`)
      forms.push(wrapped.toString('base64'), wrapped.toString('base64url'))
    }
    for (const form of forms) {
      const clean = await through([form])
      expect(clean).toContain('[key removed]')
      expect(holdsKey(clean, KEY)).toBe(false)
    }
  })

  it('passes everything else on unchanged, beginnings of the key at the end of a stream included', async () => {
    const text = `sk-ant-api03 is how keys begin, ü 🙂 ${KEY.slice(0, -1)}`
    expect(await through([...Buffer.from(text)].map((byte) => Buffer.from([byte])))).toBe(text)
  })

  it('leaves a key that is an ordinary word alone: removing it would spoil answers', async () => {
    expect(await through(['run ollama serve'], 'ollama')).toBe('run ollama serve')
  })

  it('holds nothing back that cannot be the beginning of a key', async () => {
    const redactor = createRedactor(KEY)
    redactor.write('data: {"type":"ping"}\n\n')
    expect(String(redactor.read())).toBe('data: {"type":"ping"}\n\n')
    redactor.write('data: s')
    expect(String(redactor.read())).toBe('data: ')
    redactor.write('o')
    expect(String(redactor.read())).toBe('so')
  })
})
