import { FailureError, type FilesRequest, type PortReply, type PortRequest } from '@tabwright/protocol'
import { describe, expect, it } from 'vitest'
import { createCookies } from './cookies'
import { createPortSite } from './port-site'
import { createReloads } from './reloads'

type Replied = Partial<Omit<PortReply, 'body'>> & { readonly text?: string }

function program(reply: (request: PortRequest) => Replied) {
  const asked: PortRequest[] = []
  const site = createPortSite(
    {
      request: async (request) => {
        asked.push(request)
        const { text = '', status = 200, statusText = '', headers = [] } = reply(request)
        return { status, statusText, headers, body: new TextEncoder().encode(text) }
      },
    },
    'test',
  )
  const ask = async (request: Partial<FilesRequest> & { readonly path: string }) => {
    const answer = await site.answer({ type: 'get', id: 1, method: 'GET', isPage: false, headers: [], ...request }, 3000)
    return { ...answer, text: new TextDecoder().decode(answer.body ?? undefined) }
  }
  return { asked, ask }
}

const sent = (request: PortRequest | undefined, wanted: string): string | undefined =>
  request?.headers.find(([name]) => name.toLowerCase() === wanted)?.[1]

describe('pages of a program', () => {
  it('carry method, headers and body both ways, and not what is the connection’s', async () => {
    const { ask, asked } = program(() => ({ status: 201, headers: [['X-A', '1'], ['x-a', '2']], text: 'made' })) // prettier-ignore
    const body = new TextEncoder().encode('{}')
    const headers: [string, string][] = [['content-type', 'application/json'], ['Host', 'evil.example'], ['Cookie', 'a=b']] // prettier-ignore
    const answer = await ask({ path: '/api?x=1', method: 'POST', headers, body })
    expect(answer).toMatchObject({ status: 201, headers: { 'x-a': '1, 2' }, text: 'made' })
    expect(asked[0]).toMatchObject({ port: 3000, method: 'POST', path: '/api?x=1', body })
    expect(asked[0]?.headers.filter(([name]) => name.toLowerCase() === 'host')).toEqual([['host', 'localhost:3000']])
    expect([sent(asked[0], 'cookie'), sent(asked[0], 'content-length')]).toEqual([undefined, '2'])
  })

  it('send no more cookies than a program can be asked with', async () => {
    const { ask, asked } = program(() => ({
      headers: Array.from({ length: 40 }, (_, n): [string, string] => ['set-cookie', `c${n}=${'x'.repeat(4000)}`]),
    }))
    await ask({ path: '/' })
    await ask({ path: '/' })
    const cookie = sent(asked[1], 'cookie') ?? ''
    expect(cookie).toContain('c0=')
    expect(cookie.length).toBeLessThanOrEqual(32_768)
  })

  it('keep what the program sets as cookies, and do not show it to the page', async () => {
    const { ask, asked } = program(({ path }) => (path === '/in' ? { headers: [['Set-Cookie', 'id=7; HttpOnly; Path=/']] } : {}))
    expect((await ask({ path: '/in' })).headers).toEqual({})
    await ask({ path: '/' })
    expect(sent(asked[1], 'cookie')).toBe('id=7')
  })

  it('go where a program sends them; what a script asks for is followed here', async () => {
    const { ask, asked } = program(({ path }) =>
      path === '/save' ? { status: 302, headers: [['Location', 'http://127.0.0.1:3000/list?new']] } : { text: 'the list' },
    )
    const body = new TextEncoder().encode('a=1')
    const page = await ask({ path: '/save', method: 'POST', isPage: true, body })
    expect([page.status, page.headers['location']]).toEqual([302, '/list?new'])
    expect((await ask({ path: '/save', method: 'POST', body })).text).toBe('the list')
    expect(asked.at(-1)).toMatchObject({ method: 'GET', path: '/list?new' })
    expect(asked.at(-1)?.body).toBeUndefined()
  })

  it('end in words where a program goes in circles, leads outside or is not there', async () => {
    const round = program(() => ({ status: 302, headers: [['Location', '/']] }))
    expect((await round.ask({ path: '/' })).status).toBe(508)
    const out = program(() => ({ status: 302, headers: [['Location', 'https://example.com/']] }))
    expect(await out.ask({ path: '/', isPage: true })).toMatchObject({
      status: 502,
      headers: { 'content-type': 'text/plain; charset=utf-8' },
    })
    const gone = program(() => {
      throw new FailureError({ code: 'offline', message: 'Nothing listens on port 3000 any more.' })
    })
    expect(await gone.ask({ path: '/' })).toMatchObject({ status: 502, text: 'Nothing listens on port 3000 any more.\n' })
  })

  it('say where an answer came from, and are not followed where the page does not want that', async () => {
    const { ask } = program(({ path }) => (path === '/old' ? { status: 302, headers: [['location', '/new?a=1']] } : { text: path }))
    expect(await ask({ path: '/old' })).toMatchObject({ status: 200, text: '/new?a=1', redirectedTo: '/new?a=1' })
    expect(await ask({ path: '/new' })).not.toHaveProperty('redirectedTo')
    for (const redirect of ['manual', 'error'] as const) expect(await ask({ path: '/old', redirect })).toMatchObject({ status: 302 })
  })
})

describe('cookies of a program', () => {
  it('last as long as they say', () => {
    let now = 1_000_000
    const jar = createCookies(() => now)
    for (const line of ['a=1; Max-Age=10', 'b=2; Expires=Thu, 01 Jan 1970 00:00:00 GMT', 'c=x=y', '=none', 'd']) jar.take(line)
    expect(jar.header()).toBe('a=1; c=x=y')
    now += 10_001
    expect(jar.header()).toBe('c=x=y')
    jar.take('c=; Max-Age=0')
    expect(jar.header()).toBe('')
  })
})

describe('loads by change', () => {
  it('stop where a page’s own requests write what loads it, and say so once', () => {
    let now = 0
    let told = 0
    const reloads = createReloads(
      () => (told += 1),
      () => (now += 100),
    )
    const may = Array.from({ length: 12 }, () => reloads.may())
    expect([may.filter(Boolean).length, told]).toEqual([8, 1])
    now += 5000
    expect(reloads.may()).toBe(true)
  })
})
