import { blobHash, type FileEntry } from '@tabwright/protocol'
import { describe, expect, it } from 'vitest'
import { createSite, type Site } from './site'

const NUMBERS = '0123456789abcdef'.repeat(4)

function siteOf(files: Readonly<Record<string, string>>, modes: Readonly<Record<string, FileEntry['mode']>> = {}): Site {
  const paths = Object.keys(files)
  return createSite({
    listFiles: async () =>
      paths.map((path, n) => ({
        path,
        hash: blobHash(NUMBERS.slice(0, 62) + String(n).padStart(2, '0')),
        size: 1,
        mode: modes[path] ?? 'file',
        mtime: 0,
        version: 1,
      })),
    readBytes: async (hash) => new TextEncoder().encode(files[paths[Number(hash.slice(-2))] ?? '']),
  })
}

async function got(site: Site, path: string, options: { folder?: string; isPage?: boolean; method?: string } = {}) {
  const { folder = '', isPage = true, method = 'GET' } = options
  const { status, headers, body } = await site.answer({ type: 'get', id: 1, method, path, isPage, headers: [] }, folder)
  return {
    status,
    type: headers['content-type'],
    location: headers['location'],
    text: body === null ? null : new TextDecoder().decode(body),
  }
}

describe('a folder of the workspace as a site', () => {
  const site = siteOf({
    'index.html': 'start',
    'about.html': 'about',
    'docs/index.html': 'docs',
    'a b/ü.txt': 'named',
    'app.js': 'code',
    '.git/config': 'secret',
    'sub/.env': 'kept',
    'node_modules/x/index.html': 'not a site',
  })

  it('gives files with their type, folders by their index, pages without their ending and applications at any address', async () => {
    expect(await got(site, '/?q=1')).toMatchObject({ status: 200, text: 'start', type: 'text/html; charset=utf-8' })
    expect(await got(site, '/app.js', { isPage: false })).toMatchObject({ status: 200, type: 'text/javascript; charset=utf-8' })
    expect(await got(site, '/docs/')).toMatchObject({ status: 200, text: 'docs' })
    expect(await got(site, '/docs')).toMatchObject({ status: 308, location: '/docs/' })
    expect(await got(site, '/about')).toMatchObject({ status: 200, text: 'about' })
    expect(await got(site, '/users/7')).toMatchObject({ status: 200, text: 'start' })
    expect(await got(site, '/a%20b/%C3%BC.txt')).toMatchObject({ status: 200, text: 'named' })
    expect(await got(site, '/', { folder: 'docs' })).toMatchObject({ status: 200, text: 'docs' })
  })

  it('has no answer for what is not there, no way out of its folder, and nothing of git and the app', async () => {
    for (const path of ['/gone.js', '/gone.html']) expect(await got(site, path)).toMatchObject({ status: 404 })
    expect(await got(site, '/users/7', { isPage: false })).toMatchObject({ status: 404 })
    for (const path of ['/%2e%2e/index.html', '/..%2findex.html', '/x/%00', '/%', 'index.html', '/a\\b'])
      expect([path, (await got(site, path, { folder: 'docs' })).status]).toEqual([path, 400])
    expect(await got(site, '/.git/config', { isPage: false })).toMatchObject({ status: 404 })
    expect(await got(site, '/', { method: 'POST' })).toMatchObject({ status: 405 })
    expect(await got(site, '/', { method: 'HEAD' })).toMatchObject({ status: 200, text: null })
  })

  it('follows no link', async () => {
    expect(await got(siteOf({ 'index.html': 'elsewhere' }, { 'index.html': 'symlink' }), '/')).toMatchObject({ status: 404 })
  })

  it('offers the folders with a page of their own, the nearest first, and none of a package', async () => {
    expect(await site.folders()).toEqual(['', 'docs'])
  })
})
