import type { NetworkRequest } from '@tabwright/protocol'
import { describe, expect, it } from 'vitest'
import { npmReadOf, wishesOf, type NpmRequest } from './gate/npm-read'
import { createNpmCover } from './npm-cover'

const registry = 'https://registry.example/'
const HEADERS = [
  ['user-agent', 'npm/10.8.2 node/v20.19.0 linux x64 workspaces/false (Tabwright)'],
  ['accept', 'application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8, */*'],
] as const
const asked = (path: string, more: Partial<NetworkRequest> = {}): NetworkRequest => ({
  method: 'GET',
  url: registry + path,
  headers: HEADERS,
  purpose: 'npm install a',
  npm: { registry, wants: ['a', '@s/b@1.2.3'] },
  ...more,
})
const read = (path: string): NpmRequest => npmReadOf(asked(path), registry + path) ?? expect.fail(`${path} is no read of npm`)

async function* parts(...texts: readonly string[]): AsyncGenerator<Uint8Array, void> {
  for (const text of texts) yield new TextEncoder().encode(text)
}

async function hear(cover: ReturnType<typeof createNpmCover>, path: string, ...texts: readonly string[]): Promise<number> {
  let size = 0
  for await (const part of cover.heard(read(path), parts(...texts))) size += part.length
  return size
}

describe('what one yes to npm covers', () => {
  it('is what was named with the question, and what the registry names in its answers', async () => {
    const cover = createNpmCover()
    expect(cover.take(read('a'))).toBe(false)
    cover.allow(read('a'), wishesOf(asked('a')))
    expect(['a', '@s%2fb', '@s/b/-/b-1.2.3.tgz'].map((path) => cover.take(read(path)))).toEqual([true, true, true])
    expect(['c', 'secret-0123456789', 'a/-/a-1.0.0.tgz', '@s/b/-/b-1.2.4.tgz'].map((path) => cover.take(read(path)))).toEqual([
      false,
      false,
      false,
      false,
    ])
    // Cut in the middle of a name, and in the middle of an address.
    const size = await hear(
      cover,
      'a',
      '{"dependencies":{"c',
      '":"^1","d":"npm:@t/e@2"},"dist":{"tarball":"https://registry.example/a/-/a-',
      '1.0.0.tgz"}}',
    )
    expect(size).toBeGreaterThan(90)
    expect(['c', '@t%2fe', 'a/-/a-1.0.0.tgz'].map((path) => cover.take(read(path)))).toEqual([true, true, true])
    expect(cover.take(read('secret-0123456789'))).toBe(false)
  })

  it('does not reach another registry', () => {
    const cover = createNpmCover()
    cover.allow(read('a'), ['a'])
    const other = 'https://other.example/'
    const elsewhere = npmReadOf({ ...asked('a'), url: `${other}a`, npm: { registry: other, wants: [] } }, `${other}a`)
    expect(elsewhere && cover.take(elsewhere)).toBe(false)
  })

  it.each([
    ['another method', asked('a', { method: 'POST' })],
    ['a body', asked('a', { body: new Uint8Array(1) })],
    ['another header', asked('a', { headers: [...HEADERS, ['x-secret', 'abc']] })],
    ['another value', asked('a', { headers: [['user-agent', 'npm/abc']] })],
    ['a kept token', asked('a', { useToken: true })],
    ['a question', asked('a?secret=1')],
    ['a longer path', asked('a/b/c')],
    ['an address that is not of its registry', asked('a', { npm: { registry: 'https://other.example/', wants: [] } })],
    ['a program that is not npm', { method: 'GET' as const, url: `${registry}a`, headers: HEADERS, purpose: '' }],
  ])('%s is no read of npm', (_what, request) => {
    expect(npmReadOf(request, request.url)).toBeUndefined()
  })

  it('is nothing by name where one of the names is none', () => {
    expect(wishesOf(asked('a', { npm: { registry, wants: ['a', 'two words'] } }))).toEqual([])
  })
})
