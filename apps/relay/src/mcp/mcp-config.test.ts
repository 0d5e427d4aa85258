import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { readConfig } from '../config'
import { addressProblem } from './mcp-config'
import { functionsOf } from './mcp-tools'

const folders: string[] = []

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

function read(text: string, env: Record<string, string> = {}): ReturnType<typeof readConfig> {
  const data = mkdtempSync(join(tmpdir(), 'tabwright-mcp-config-'))
  folders.push(data)
  writeFileSync(join(data, 'mcp.json'), text)
  return readConfig([], { TABWRIGHT_DATA: data, ...env }, '/dist')
}

/** Line and words of a refusal to start. */
function problem(text: string, env?: Record<string, string>): string {
  const parsed = read(text, env)
  if (parsed.type !== 'bad') throw new Error(`it was taken: ${JSON.stringify(parsed)}`)
  return parsed.message.replace(/^.*mcp\.json, /, '')
}

const server = (entry: object): string => JSON.stringify({ servers: { docs: entry } }, undefined, 2)

describe('the file of MCP servers', () => {
  it('is read at the start; without one there are no servers', () => {
    const text = JSON.stringify({
      servers: {
        docs: { url: 'https://mcp.example/mcp', tokenVariable: 'DOCS' },
        'my-files': { command: 'node', args: ['a.mjs'], env: { A: 'b' }, cwd: '/tmp' },
      },
    })
    expect(read(text, { DOCS: 'abcdefgh' })).toMatchObject({
      config: {
        mcpServers: [
          { type: 'http', name: 'docs', url: 'https://mcp.example/mcp', token: 'abcdefgh', oauth: false },
          { type: 'stdio', name: 'my-files', command: 'node', args: ['a.mjs'], env: { A: 'b' }, cwd: '/tmp' },
        ],
      },
    })
    expect(readConfig([], { TABWRIGHT_DATA: '/no/such/folder' }, '/dist')).toMatchObject({ config: { mcpServers: [] } })
    expect(readConfig(['--mcp', '/no/such.json'], {}, '/dist')).toMatchObject({
      type: 'bad',
      message: expect.stringContaining('/no/such.json'),
    })
  })

  it('with a typo is refused with its line, and nothing starts', () => {
    expect(problem('{\n  "servers": {\n    "docs": { "url": "https://a.example" },,\n  }\n}')).toMatch(/^line 3: this is not JSON/)
    expect(problem('{\n  "servers": {')).toMatch(/^line 2: this is not JSON/)
    expect(problem('{\n"mcpServers": {}\n}')).toBe('line 2: "mcpServers" means nothing here; there are servers. The relay was not started.')
    expect(problem(server({ url: 'https://a.example', oath: true }))).toMatch(
      /^line 5: "oath" means nothing here; there are url, tokenVariable, oauth/,
    )
    expect(problem(server({ command: 'x', args: 'y' }))).toMatch(/^line 5: "args" must be a list/)
    expect(problem(server({ command: 'x', env: { A: 1 } }))).toMatch(/^line 6: "A" must be a text/)
    expect(problem(server({ url: 'https://a.example', command: 'x' }))).toMatch(/^line 3: "docs" needs either/)
    expect(problem('{"servers": {\n "Docs.1": {"command": "x"}}}')).toMatch(/^line 2: the name "Docs.1"/)
    expect(problem(server({ url: 'https://a.example', tokenVariable: 'NOT_SET' }))).toMatch(/^line 5: the environment variable NOT_SET/)
  })

  it('[O14] opens https, or http of this machine, and no address with a credential, for a server and for its sign-in', () => {
    for (const url of [
      'javascript:alert(1)',
      'file:///etc/passwd',
      'data:text/plain,x',
      'vbscript:x',
      'http://a.example/',
      'ws://a.example',
      'x',
    ]) {
      expect(problem(server({ url })), url).toMatch(/^line 4: the address must begin with https/)
      expect(addressProblem(url)).toBeDefined()
    }
    const said = problem(server({ url: 'https://user:hunter2hunter2@a.example/' }))
    expect(said).toMatch(/^line 4: the address must not hold a user name or password/)
    expect(said).not.toContain('hunter2')
    for (const url of ['https://a.example/x?y', 'http://127.0.0.1:1/', 'http://localhost:80/', 'http://[::1]:2/'])
      expect(addressProblem(url)).toBeUndefined()
  })
})

describe('names of tools', () => {
  it('become names of functions; two that would be one are told apart whatever their order', () => {
    const tools = ['a.b', 'a_b', 'A/B', 'ok', '__proto__', '', 'x'.repeat(300), 'ü'.repeat(80)].map((name) => ({ name, inputSchema: {} }))
    const ids = functionsOf('s', tools, []).map(({ id }) => id)
    expect(new Set(ids).size).toBe(6)
    expect(ids).toContain('mcp::s::ok')
    for (const id of ids) expect(id).toMatch(/^mcp::s::[a-z0-9_-]{1,64}$/)
    expect(
      functionsOf('s', tools.toReversed(), [])
        .map(({ id }) => id)
        .toSorted(),
    ).toEqual(ids.toSorted())
  })
})
