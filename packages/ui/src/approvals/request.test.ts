import { expect, test } from 'vitest'
import { questionOf } from './request'

test('the command and the purpose come out of the digested bytes', () => {
  expect(questionOf({ tool: 'shell', bytes: '{"command":"rm -rf dist","purpose":"Clean the build"}' })).toEqual({
    title: 'Run a command?',
    command: 'rm -rf dist',
    purpose: 'Clean the build',
  })
})

test('bytes that are no JSON still give a question, and nothing is pulled out of them', () => {
  expect(questionOf({ tool: 'shell', bytes: 'nonsense' })).toEqual({ title: 'Run a command?' })
})

test('an unknown tool is named', () => {
  expect(questionOf({ tool: 'orders::refund', bytes: '{}' }).title).toBe('Let the agent use orders::refund?')
})

test('the folder of a command is told when it is not the workspace itself', () => {
  const folderOf = (cwd: string, tool = 'shell') => questionOf({ tool, bytes: JSON.stringify({ command: 'make', cwd }) }).folder
  expect(folderOf('/workspace/build')).toBe('/workspace/build')
  expect(folderOf('')).toBe('')
  expect(folderOf('/workspace')).toBeUndefined()
  expect(folderOf('/workspace/build', 'glob')).toBeUndefined()
})

test('a request to the network is shown as it goes out, and titled by whether it sends something', () => {
  const input = {
    method: 'POST',
    url: 'https://a.example/x',
    origin: 'https://a.example',
    headers: [['Content-Type', 'text/plain']],
    purpose: 'curl',
    token: 'the token kept for a.example',
    body: { bytes: 3, sha256: 'ab', text: 'a=b' },
  }
  expect(questionOf({ tool: 'fetch', bytes: JSON.stringify(input) })).toEqual({
    title: 'Send this to https://a.example?',
    command: 'POST https://a.example/x\nContent-Type: text/plain\nAuthorization: the token kept for a.example\n\na=b',
    purpose: 'curl',
  })
  const large = questionOf({ tool: 'fetch', bytes: JSON.stringify({ ...input, body: { bytes: 30_000, sha256: 'ab' } }) })
  expect(large.command).toContain('\n\n30000 bytes, SHA-256 ab')
  const { body: _, ...read } = { ...input, method: 'GET' }
  expect(questionOf({ tool: 'fetch', bytes: JSON.stringify(read) }).title).toBe('Fetch from https://a.example?')
})

test('[F42] a push is shown as what it brings, and a read of git with all that a yes to it covers', () => {
  const push = { refs: ['refs/heads/main: 1 to 2'], commits: ['2 two'], files: ['a, 1 line, 2 bytes'], objects: 3, bytes: 400 }
  const input = { method: 'POST', url: 'https://a.example/r.git/git-receive-pack', origin: 'https://a.example', headers: [], push }
  const sent = { ...input, purpose: 'git push', body: { bytes: 300, sha256: 'ab' } }
  expect(questionOf({ tool: 'fetch', bytes: JSON.stringify(sent) })).toEqual({
    title: 'Push to https://a.example/r.git?',
    command:
      'POST https://a.example/r.git/git-receive-pack\n\nRefs:\n  refs/heads/main: 1 to 2\nCommits:\n  2 two\nFiles:\n  a, 1 line, 2 bytes\n3 objects, 400 bytes unpacked',
    purpose: 'git push',
  })
  const asks = {
    method: 'GET',
    url: 'https://a.example/r.git/info/refs',
    origin: 'https://a.example',
    headers: [],
    covers: 'the push',
    next: sent,
  }
  expect(questionOf({ tool: 'fetch', bytes: JSON.stringify(asks) }), 'and so is one with the question in front of it').toMatchObject({
    title: 'Push to https://a.example/r.git?',
    command: expect.stringMatching(/^GET .*refs\n\nPOST .*git-receive-pack\n\nRefs:\n {2}refs\/heads\/main: 1 to 2\n[^]*unpacked$/),
    purpose: 'git push',
    covers: 'the push',
  })
  const read = { method: 'GET', url: 'https://a.example/r', origin: 'https://a.example', headers: [], covers: 'what else git reads' }
  expect(questionOf({ tool: 'fetch', bytes: JSON.stringify(read) })).toMatchObject({ covers: 'what else git reads' })
})

test('an edit comes out of the digested bytes: part of a file, or all of it', () => {
  const editOf = (tool: string, input: object) => questionOf({ tool, bytes: JSON.stringify(input) }).edit
  expect(editOf('edit_file', { path: 'a.ts', old_text: 'one', new_text: 'two' })).toEqual({
    path: 'a.ts',
    before: 'one\n',
    after: 'two\n',
    exactBefore: 'one',
    exactAfter: 'two',
  })
  expect(editOf('write_file', { path: 'a.ts', content: 'x' })).toEqual({
    path: 'a.ts',
    before: null,
    after: 'x',
    exactBefore: null,
    exactAfter: 'x',
  })
  expect(editOf('write_file', { path: 'a.ts' })).toBeUndefined()
  expect(editOf('shell', { path: 'a.ts', content: 'x', command: 'ls' })).toBeUndefined()
})
