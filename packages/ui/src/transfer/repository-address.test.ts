import { describe, expect, it } from 'vitest'
import { cloneCommand, repositoryAddress } from './repository-address'

describe('the address of a repository', () => {
  it.each([
    ['https://github.com/owner/name', 'https://github.com/owner/name', 'name'],
    ['  https://github.com/owner/name.git\n', 'https://github.com/owner/name.git', 'name'],
    ['https://git.example.org:8443/a/b/c.git/', 'https://git.example.org:8443/a/b/c.git/', 'c'],
    ['http://localhost:3000/x.git', 'http://localhost:3000/x.git', 'x'],
    ['owner/name', 'https://github.com/owner/name', 'name'],
    ['https://example.org/m%C3%BCll.git', 'https://example.org/m%C3%BCll.git', 'müll'],
    ['https://example.org/100%.git', 'https://example.org/100%.git', '100%'],
  ])('%j is %s', (typed, url, name) => {
    expect(repositoryAddress(typed)).toEqual({ type: 'address', url, name })
  })

  it.each([
    ['', /^Enter the address/],
    ['git@github.com:owner/name.git', /ssh.*https:\/\/github\.com\/owner\/name\.git$/],
    ['ssh://git@example.org:22/a/b.git', /ssh.*https:\/\/example\.org\/a\/b\.git$/],
    ['file:///etc', /cannot speak file/],
    ['git://example.org/a', /cannot speak git/],
    ['https://x:ghp_secret@github.com/o/n', /Settings › Git hosts/],
    ['https://github.com/', /no repository/],
    ['not an address', /no address/],
  ])('%j is refused, saying what to do', (typed, message) => {
    const read = repositoryAddress(typed)
    expect(read).toEqual({ type: 'problem', message: expect.stringMatching(message) })
    expect(JSON.stringify(read)).not.toContain('secret')
  })

  it('is one word of the shell, whatever is in it', () => {
    expect(cloneCommand("https://e.org/a'b$(c)")).toBe("git clone -- 'https://e.org/a'\\''b$(c)' .")
  })
})
