import { Worker } from 'node:worker_threads'
import { realCommand, tryCommand, type Outcome, type Trial } from '../../../../../testkit/src/command-lab'
import { loopbackNet } from '../../../../../testkit/src/loopback-net'
import { FileTree } from '../../tree/file-tree'
import { NetRefusal } from '../../net'
import { textOf } from '../../text'
import { netCommands } from '../net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

/** In a thread of its own, because the real tool is waited for without letting anything else happen. */
const SERVER = `
const { createServer } = require('node:http')
const { parentPort } = require('node:worker_threads')
let asked = 0
const server = createServer((q, r) => {
  const parts = []
  q.on('data', (part) => parts.push(part))
  q.on('end', () => {
    const at = q.url.split('?')[0]
    if (at === '/redir') return r.writeHead(302, { location: '/a?from=redir' }).end('moved')
    if (at === '/redir308') return r.writeHead(308, { location: '/a' }).end('moved')
    if (at === '/loop') return r.writeHead(302, { location: '/loop' }).end('x')
    if (at === '/404') return r.writeHead(404, { 'content-type': 'text/plain' }).end('nope\\n')
    if (at === '/500') return r.writeHead(500).end('bad\\n')
    if (at === '/401') return r.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end('who\\n')
    if (at === '/flaky') return asked++ % 2 === 0 ? r.writeHead(503).end('busy\\n') : r.end('at last\\n')
    if (at === '/close') return q.socket.destroy()
    if (at === '/short') { r.writeHead(200, { 'content-length': '10' }); r.write('12345'); return setTimeout(() => q.socket.destroy(), 30) }
    if (at === '/slow') return setTimeout(() => r.end('late'), 3000)
    if (at === '/cookie') return r.writeHead(200, { 'set-cookie': ['a=b; Path=/', 'c=d; Path=/deep; HttpOnly'] }).end('set\\n')
    if (at === '/empty') return r.end()
    if (at === '/bytes') return r.end(Buffer.from([0, 255, 10, 200, 13, 10]))
    if (at === '/big') return r.end(Buffer.alloc(700000, 'x'))
    if (at === '/dated') return r.writeHead(200, { 'last-modified': 'Wed, 21 Oct 2015 07:28:00 GMT' }).end('old\\n')
    const headers = Object.entries(q.headers).filter(([name]) => !['host', 'connection', 'expect'].includes(name) && !(name === 'content-length' && q.headers[name] === '0')).sort().map(([name, value]) => name + ': ' + value + '\\n')
    r.setHeader('content-type', 'text/plain')
    r.end(q.method + ' ' + q.url + '\\n' + headers.join('') + '\\n' + Buffer.concat(parts).toString('latin1') + '\\n')
  })
}).listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port))
`

let worker: Worker
let base = ''
beforeAll(async () => {
  worker = new Worker(SERVER, { eval: true })
  base = await new Promise<string>((resolve) => worker.once('message', (port) => resolve(`http://127.0.0.1:${String(port)}`)))
})
afterAll(async () => void (await worker.terminate()))

const hasReal = (name: string): boolean => realCommand({ argv: [name, '--version'] }) !== undefined

/** Words of a line, with `URL` for the server. */
const trial = (line: string | readonly string[], more: Partial<Trial> = {}): Trial => {
  const words = typeof line === 'string' ? line.split(' ') : line
  return { ...more, argv: words.map((word) => word.replaceAll('URL', base)), net: loopbackNet() }
}

const CONNECTION = /^(?:connection|keep-alive|transfer-encoding|date): .*\r?\n/gim
const BOUNDARY = /-{24}[0-9a-f]{16}/g
const plain = ({ out, code, err }: Outcome) => ({
  out: out
    .replaceAll(CONNECTION, '')
    .replaceAll(BOUNDARY, 'BOUNDARY')
    .replaceAll(/after \d+ ms/g, 'after N ms'),
  code,
  complains: err !== '',
})

const FILES = { 'in.txt': 'line 1\r\nline 2\n', 'pic.png': 'P', jar: '# Netscape HTTP Cookie File\n127.0.0.1\tFALSE\t/\tFALSE\t0\tk\tv\n' }

const CURL: readonly (string | readonly string[])[] = [
  'curl -s URL/a',
  'curl -sS URL/a?x=1&y=%20',
  'curl URL/a',
  'curl -s URL/bytes',
  'curl -s URL/empty',
  'curl -s -o - URL/a',
  'curl -s URL/a URL/empty URL/404',
  'curl -s -d x=1 -d y=2 URL/a',
  ['curl', '-s', '--data-raw', '@x&y', 'URL/a'],
  'curl -s -d @in.txt URL/a',
  'curl -s --data-binary @in.txt URL/a',
  [
    'curl',
    '-s',
    '--data-urlencode',
    'a=b c&é',
    '--data-urlencode',
    '=x y',
    '--data-urlencode',
    'é/~',
    '--data-urlencode',
    'f@in.txt',
    'URL/a',
  ],
  ['curl', '-s', '-G', '-d', 'a=b', '--data-urlencode', 'q=1 2', 'URL/a?z=1'],
  ['curl', '-s', '--json', '{"a":', '--json', '1}', 'URL/a'],
  'curl -s -F a=b -F f=@in.txt -F g=<in.txt URL/a',
  ['curl', '-s', '-F', 'f=@pic.png;type=x/y;filename=other', '--form-string', 'p=@x;type=y', 'URL/a'],
  'curl -s -X PUT -d x URL/a',
  'curl -s -X DELETE URL/a',
  'curl -s -T in.txt URL/up/',
  'curl -s -T in.txt URL/up/name',
  ['curl', '-s', '-H', 'X-A: b', '-H', 'Accept:', '-H', 'X-E;', '-H', 'User-Agent: me', 'URL/a'],
  'curl -s -A me -e http://r/ URL/a',
  ['curl', '-s', '-A', '', 'URL/a'],
  'curl -s -u me:pw URL/a',
  ['curl', '-s', '-u', 'mé:pä', '-H', 'X-A: é', 'URL/a'],
  'curl -s --oauth2-bearer tok URL/a',
  'curl -s -b x=y URL/a',
  'curl -s -b jar URL/a',
  'curl -s -b nojar URL/cookie URL/a',
  'curl -s -c - URL/cookie',
  'curl -s -r 0-3 URL/a',
  'curl -s URL/redir',
  'curl -sL URL/redir',
  'curl -sL -d x URL/redir',
  'curl -sL -X POST URL/redir',
  'curl -sL -d x URL/redir308',
  'curl -sL --post302 -d x URL/redir',
  'curl -sSL URL/loop',
  'curl -sSL --max-redirs 2 URL/loop',
  'curl -sI URL/empty',
  'curl -si URL/404',
  'curl -siL URL/redir',
  'curl -sD - -o /dev/null URL/empty',
  'curl -s -f URL/404',
  'curl -sS -f URL/404',
  'curl -fsSL URL/500',
  'curl -f URL/404',
  'curl -s --fail-with-body URL/404',
  'curl -s URL/404',
  'curl -sS URL/close',
  'curl -sS URL/short',
  'curl -sS -m 1 URL/slow',
  'curl -sS http://127.0.0.1:9/',
  'curl -s http://127.0.0.1:9/',
  'curl -sS ftp2://x/',
  'curl -sS http://',
  ['curl', '-sS', 'URL/a b'],
  'curl -sS -o /nonexist/x URL/a',
  'curl -sS -O URL/',
  'curl',
  'curl -s',
  'curl --foo',
  'curl -sS -o',
  'curl --data=x URL/a',
  'curl -s -I -d x URL/a',
  'curl -sS -d @nofile URL/a',
  'curl -d @nofile URL/a',
  [
    'curl',
    '-s',
    '-w',
    '%{http_code} %{size_download} [%{content_type}] %{num_redirects} %{method} %{http_version} %{exitcode} %{scheme}\\n%%\\t|',
    'URL/a',
  ],
  ['curl', '-s', '-o', '/dev/null', '-w', '%{http_code} %{redirect_url} %{url_effective} %{url} %header{location}\\n', 'URL/redir'],
  ['curl', '-sL', '-w', '%{http_code} %{num_redirects} %{url_effective} %{errormsg} %{urlnum}\\n', 'URL/redir', 'URL/404'],
  ['curl', '-s', '-w', '%{nope}x\\n', 'URL/empty'],
  ['curl', '-sf', '-w', '%{http_code} %{exitcode} %{errormsg}\\n', 'URL/404'],
  ['curl', '-s', '-w', '%{stderr}e%{stdout}o\\n', 'URL/empty'],
  ['curl', '-s', '-w', '%{http_code} %{errormsg}\\n', 'http://127.0.0.1:9/'],
  ['curl', '-s', 'URL/a?[1-3]', 'URL/a?{x,y}'],
  ['curl', '-sg', 'URL/a?x=%5B1%5D'],
  'curl -s --retry 1 --retry-delay 1 URL/flaky',
  'curl -s --retry 1 --retry-delay 1 URL/404',
  'curl -s --proto =https URL/a',
  'curl -s --proto =http,https --tlsv1.2 URL/a',
  'curl --no-progress-meter URL/a',
  'curl -# URL/a',
  'curl -s --compressed -H Accept-Encoding: URL/a',
  'curl -v -s URL/empty',
  'curl -s --url URL/a',
  'curl -so x URL/big',
  'curl -s -Z',
]

const WGET: readonly (string | readonly string[])[] = [
  'wget -q -O - URL/a',
  'wget -qO- URL/a',
  'wget -O - URL/a',
  'wget -nv -O - URL/empty',
  'wget -q -O - --header X-A:b --user-agent me --referer http://r/ URL/a',
  'wget -q -O - --post-data a=b URL/a',
  'wget -q -O - --post-file in.txt URL/a',
  'wget -q -O - --method PUT --body-data x URL/a',
  'wget -q -O - --user me --password pw --auth-no-challenge URL/a',
  'wget -q -O - URL/redir',
  'wget -q -O - URL/redir URL/a',
  'wget -q -O - URL/404',
  'wget -O - URL/404',
  'wget -q -O - --content-on-error URL/404',
  'wget -q -O - URL/401',
  'wget -q -O - --max-redirect 1 URL/loop',
  'wget -q --spider URL/a',
  'wget --spider URL/404',
  'wget -q -t 1 -O - http://127.0.0.1:9/',
  'wget -q',
  'wget --foo URL/a',
  'wget -q -O - --save-headers URL/empty',
]

/** The real one sends who one is only when asked; ours has no second try and refuses the option that says so. */
const NOT_COMPARED = new Set(['wget -q -O - --user me --password pw --auth-no-challenge URL/a', 'curl -s -Z'])

const named = (lines: readonly (string | readonly string[])[]): readonly (readonly [string, string | readonly string[]])[] =>
  lines.map((line) => [typeof line === 'string' ? line : line.join(' '), line] as const).filter(([name]) => !NOT_COMPARED.has(name))

describe.skipIf(!hasReal('curl'))('curl agrees with curl 7.88 in output, exit code and whether it complains', () => {
  it.each(named(CURL))('%s', async (_name, line) => {
    const mine = plain(await tryCommand(netCommands, trial(line, { files: FILES })))
    expect(mine).toEqual(plain(realCommand(trial(line, { files: FILES })) ?? { out: '', err: '', code: -1 }))
  })
})

describe.skipIf(!hasReal('wget'))('wget agrees with wget 1.21 in output, exit code and whether it complains', () => {
  it.each(named(WGET))('%s', async (_name, line) => {
    const mine = plain(await tryCommand(netCommands, trial(line, { files: FILES })))
    expect(mine).toEqual(plain(realCommand(trial(line, { files: FILES })) ?? { out: '', err: '', code: -1 }))
  })
})

describe('what is kept', () => {
  const run = async (line: string): Promise<{ readonly tree: FileTree; readonly outcome: Outcome }> => {
    const tree = new FileTree()
    return { tree, outcome: await tryCommand(netCommands, trial(line, { files: FILES }), tree) }
  }
  const names = (tree: FileTree, path: string): readonly string[] => {
    const node = tree.find(path)
    return node?.type === 'folder' ? [...node.children.keys()].toSorted() : []
  }
  const files = (tree: FileTree): readonly string[] => names(tree, '/workspace').filter((name) => !(name in FILES))
  const content = (tree: FileTree, path: string): string => textOf(tree.readFile(`/workspace/${path}`))

  it('curl -O, -o with numbers, --create-dirs and --output-dir name files as they should', async () => {
    const one = await run('curl -s -O URL/dated -R')
    expect(content(one.tree, 'dated')).toBe('old\n')
    expect(one.tree.stat('/workspace/dated').mtime).toBe(Date.parse('2015-10-21T07:28:00Z'))
    const two = await run('curl -s --create-dirs --output-dir deep/er -o n#1 URL/big?[1-2]')
    expect(names(two.tree, '/workspace/deep/er')).toEqual(['n1', 'n2'])
    expect(content(two.tree, 'deep/er/n2')).toHaveLength(700_000)
    const none = await run('curl -sf -o x URL/404')
    expect(files(none.tree)).toEqual([])
    const empty = await run('curl -s -o x URL/empty')
    expect(files(empty.tree)).toEqual(['x'])
  })

  it('curl -c keeps cookies that -b brings back', async () => {
    const tree = new FileTree()
    await tryCommand(netCommands, trial('curl -s -c jar2 -o /dev/null URL/cookie'), tree)
    const { out } = await tryCommand(netCommands, trial('curl -s -b jar2 URL/deep/a'), tree)
    expect(out).toContain('cookie: c=d; a=b\n')
  })

  it('wget names files by their address, takes the next name where one is taken, and tells so', async () => {
    const tree = new FileTree()
    const first = await tryCommand(netCommands, trial('wget URL/redir URL/ -P d'), tree)
    expect(first.err).toMatch(/Saving to: ‘d\/redir’[^]*‘d\/redir’ saved[^]*‘d\/index.html’ saved/)
    await tryCommand(netCommands, trial('wget -q URL/redir -P d'), tree)
    await tryCommand(netCommands, trial('wget -q -nc URL/redir -P d'), tree)
    expect(names(tree, '/workspace/d')).toEqual(['index.html', 'redir', 'redir.1'])
  })
})

describe('without a way, or without a yes', () => {
  it('curl ends with 6 and says what is missing and what to do', async () => {
    const { err, code } = await tryCommand(netCommands, { argv: ['curl', '-sS', 'https://a.example/'] })
    expect(code).toBe(6)
    expect(err).toBe(
      'curl: (6) Could not resolve host: a.example (this sandbox has no network of its own, and no relay is there to ask; start it with npm start)\n',
    )
    expect((await tryCommand(netCommands, { argv: ['wget', '-nv', 'https://a.example/'] })).code).toBe(4)
  })

  it('a request that was denied ends with 7 and the words of the refusal; another try is not made', async () => {
    const net = loopbackNet({ refuse: () => new NetRefusal('denied', 'The person denied the request to a.example. Nothing was sent.') })
    const { err, code } = await tryCommand(netCommands, { argv: ['curl', '-sS', '--retry', '3', 'https://a.example/'], net })
    expect([code, net.asked.length]).toEqual([7, 1])
    expect(err).toContain('The person denied the request to a.example. Nothing was sent.')
  })

  it('options that cannot be had are named before anything is asked', async () => {
    for (const words of [
      ['-k'],
      ['--http2'],
      ['-x', 'p:1'],
      ['-w', '%{remote_ip}'],
      ['-H', 'Host: x'],
      ['-X', 'BREW'],
      ['-Z'],
      ['-C', '-'],
    ]) {
      const net = loopbackNet()
      const { err, code } = await tryCommand(netCommands, { argv: ['curl', ...words, 'http://127.0.0.1:1/'], net })
      expect([code, err, net.asked], words.join(' ')).toEqual([2, expect.stringContaining('is not implemented in this sandbox'), []])
    }
    const { code, err } = await tryCommand(netCommands, { argv: ['wget', '-c', 'http://127.0.0.1:1/'], net: loopbackNet() })
    expect([code, err]).toEqual([2, expect.stringContaining('option -c is not implemented')])
  })

  it('credentials and cookies do not follow to another origin', async () => {
    const net = loopbackNet()
    const other = new Worker(SERVER.replaceAll("'/a?from=redir'", JSON.stringify(`${base}/a`)), { eval: true })
    const port = await new Promise<string>((resolve) => other.once('message', (said) => resolve(String(said))))
    const argv = ['curl', '-sL', '-u', 'me:pw', '-H', 'Authorization: x', '-b', 'k=v', `http://127.0.0.1:${port}/redir`]
    const { out } = await tryCommand(netCommands, { argv, net })
    await other.terminate()
    expect(out).toContain('GET /a\n')
    expect(out).not.toMatch(/authorization|cookie/)
  })
})
