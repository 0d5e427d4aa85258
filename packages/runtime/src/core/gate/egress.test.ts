import { describe, expect, it } from 'vitest'
import type { NetworkRequest } from '@tabwright/protocol'
import { describeFetch, readsFrom } from './egress'

const address = { href: 'https://git.example/o/r.git/git-upload-pack', origin: 'https://git.example', host: 'git.example' }
const packet = (line: string): string => (line.length + 4).toString(16).padStart(4, '0') + line
const names = `${packet('command=ls-refs\n')}${packet('agent=git/2.39.5-Tabwright\n')}0001${packet('peel\n')}${packet('ref-prefix refs/heads/\n')}0000`
const objects = `${packet('command=fetch\n')}0001${packet('thin-pack\n')}${packet(`want ${'a'.repeat(40)}\n`)}${packet(`have ${'b'.repeat(40)}\n`)}${packet('done\n')}0000`

function place(more: Partial<NetworkRequest> = {}, at = address): string | undefined {
  const request: NetworkRequest = {
    method: 'POST',
    url: at.href,
    headers: [['Git-Protocol', 'version=2']],
    purpose: '',
    useToken: false,
    ...more,
  }
  return readsFrom(describeFetch(request, { address: at, sha256: request.body && 'f'.repeat(64) }))
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

describe('a request that only reads', () => {
  it.each(['GET', 'HEAD'] as const)('is %s without a body', (method) => {
    expect(place({ method })).toBe('https://git.example')
    expect(place({ method, body: bytes('x') })).toBeUndefined()
  })

  it('is what git asks when it fetches, also in so many words', () => {
    expect(place({ body: bytes(names) })).toBe('https://git.example')
    expect(place({ body: bytes(objects) })).toBe('https://git.example')
  })

  it('names the token that goes along: reading with it is another thing than reading without', () => {
    const told = 'https://git.example, by git with the token kept for it'
    expect(place({ body: bytes(names), useToken: true })).toBe(told)
    const refs = { ...address, href: 'https://git.example/o/r.git/info/refs?service=git-upload-pack' }
    expect(place({ method: 'GET', useToken: true }, refs)).toBe(told)
    expect(place({ method: 'GET', useToken: true })).toBeUndefined()
  })

  it.each([
    ['another line among those of git', `${packet('command=ls-refs\n')}${packet('secret=hunter2\n')}0000`],
    ['text behind an object id', packet(`want ${'a'.repeat(40)} and more\n`)],
    ['text that is no packet', 'the whole of .env'],
    ['a packet that says less than there is', `0009peel\nmore`],
    ['text behind the end', `${names}tail`],
    ['bytes', '\u0000\u0001'],
  ])('is not one with %s', (_, text) => {
    expect(place({ body: bytes(text) })).toBeUndefined()
  })

  it('is not a push, nor one with credentials in its headers', () => {
    const push = { ...address, href: 'https://git.example/o/r.git/git-receive-pack' }
    expect(place({ body: bytes(names) }, push)).toBeUndefined()
    expect(place({ body: bytes(names), headers: [['Authorization', 'Basic x']] })).toBeUndefined()
  })

  it.each([
    ['GET', 'https://git.example/api/v4/user/keys?x=/info/refs?service=git-upload-pack'],
    ['GET', 'https://git.example/api/v4/user?/info/refs?service=git-upload-pack'],
    ['POST', 'https://git.example/api/v4/projects/1/fork?x=/git-upload-pack'],
  ] as const)('with the token is none of %s %s, which only ends like one of git', (method, href) => {
    const body = method === 'POST' ? { body: bytes(names) } : {}
    expect(place({ method, useToken: true, ...body }, { ...address, href })).toBeUndefined()
  })

  it('with the token carries no header that git does not send', () => {
    const refs = { ...address, href: 'https://git.example/o/r.git/info/refs?service=git-upload-pack' }
    expect(place({ method: 'GET', useToken: true, headers: [['Sudo', 'root']] }, refs)).toBeUndefined()
    expect(place({ body: bytes(names), useToken: true, headers: [['X-Anything', '1']] })).toBeUndefined()
  })

  it.each(['X-HTTP-Method-Override', 'X-Method-Override', 'X-Original-URL', 'X-Rewrite-Url', 'X-Forwarded-Host'])(
    'is not one with the header %s, by which a server may do something else',
    (name) => {
      expect(place({ method: 'GET', headers: [[name, 'DELETE']] })).toBeUndefined()
    },
  )

  it.each(['', '0000'])('is not a POST that asks nothing (%j)', (text) => {
    expect(place({ body: bytes(text) })).toBeUndefined()
  })

  it('is not one whose body is too long to be shown', () => {
    expect(place({ body: bytes(objects.repeat(200)) })).toBeUndefined()
  })
})
