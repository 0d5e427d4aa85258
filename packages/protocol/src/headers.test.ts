import { describe, expect, it } from 'vitest'
import { headersFile, headersFor } from './headers'

function directives(path: string, options?: Parameters<typeof headersFor>[1]): Map<string, string> {
  const policy = headersFor(path, options)['Content-Security-Policy'] ?? ''
  return new Map(policy.split('; ').map((one) => [one.split(' ', 1)[0] ?? '', one.slice(one.indexOf(' ') + 1)]))
}

describe('headersFor', () => {
  it('isolates every response', () => {
    for (const path of ['/', '/index.html', '/assets/a.js', '/assets/a.css', '/frame/kernel.html', '/frame/kernel.js', '/s/x?y=1']) {
      expect(headersFor(path)).toMatchObject({
        'Cross-Origin-Opener-Policy': 'same-origin',
        'Cross-Origin-Embedder-Policy': 'require-corp',
        'Cross-Origin-Resource-Policy': 'same-origin',
        'Referrer-Policy': 'no-referrer',
        'X-Content-Type-Options': 'nosniff',
      })
    }
  })

  it('asks for a cluster of its own everywhere but in the frame, whose origin is its own anyway', () => {
    expect(headersFor('/')['Origin-Agent-Cluster']).toBe('?1')
    expect(headersFor('/assets/a.js')['Origin-Agent-Cluster']).toBe('?1')
    expect(headersFor('/frame/kernel.html')).not.toHaveProperty('Origin-Agent-Cluster')
  })

  it('[O42] gives worker scripts the same policy as the document, without eval and with calls to the own origin only', () => {
    for (const path of ['/', '/assets/agent-worker-1a2b.js', '/frame/kernel.js']) {
      const policy = directives(path)
      expect(policy.get('default-src')).toBe("'none'")
      expect(policy.get('connect-src')).toBe("'self'")
      expect(policy.get('script-src')).toBe("'self' 'wasm-unsafe-eval'")
      expect(policy.get('worker-src')).toBe("'self'")
      expect(policy.get('frame-src')).toBe("'self'")
      expect(policy.get('frame-ancestors')).toBe("'none'")
      expect(policy.get('require-trusted-types-for')).toBe("'script'")
    }
  })

  it('lets a local app frame the sandbox under names of their own, and the sandbox be framed by that app only', () => {
    const local = { localPort: 7400 }
    expect(directives('/', local).get('frame-src')).toBe("'self' http://*.localhost:7400")
    expect(directives('/frame/kernel.html', local).get('frame-ancestors')).toBe("'self' http://localhost:7400")
    expect(headersFor('/frame/kernel.html', local)['Cross-Origin-Resource-Policy']).toBe('cross-origin')
    expect(headersFor('/frame/kernel.js', local)['Cross-Origin-Resource-Policy']).toBe('same-origin')
  })

  it('lets the key worker alone call the model origins', () => {
    expect(directives('/assets/key-worker-Ab_1-.js').get('connect-src')).toBe('https://api.anthropic.com')
    const local = { modelOrigins: ['https://gw.example', 'http://localhost:1234'] }
    expect(directives('/assets/key-worker-x.js', local).get('connect-src')).toBe('https://gw.example http://localhost:1234')
    for (const path of [
      '/',
      '/assets/index-key-worker-x.js',
      '/assets/key-worker-x.css',
      '/assets/a/key-worker-x.js',
      '/key-worker-x.js',
    ]) {
      expect(directives(path, local).get('connect-src')).toBe("'self'")
    }
  })

  it('locks the kernel frame: any code, no connection, opaque origin, framed by us only', () => {
    const policy = directives('/frame/kernel.html')
    expect(policy.get('default-src')).toBe("'none'")
    expect(policy.get('connect-src')).toBe("'none'")
    expect(policy.get('script-src')).toBe("'unsafe-inline' 'unsafe-eval' 'wasm-unsafe-eval' blob:")
    expect(policy.get('worker-src')).toBe('blob:')
    expect(policy.get('frame-ancestors')).toBe("'self'")
    expect(policy.get('sandbox')).toBe('allow-scripts')
    expect(policy.has('require-trusted-types-for')).toBe(false)
  })

  it('lets the page of a shared session reach ciphertext at its own origin, and in one file nothing at all, as no origin', () => {
    const page = directives('/share/viewer.html')
    expect(page.get('default-src')).toBe("'none'")
    expect(page.get('script-src')).toBe("'self'")
    expect(page.get('connect-src')).toBe("'self'")
    expect(page.get('frame-ancestors')).toBe("'none'")
    expect(page.has('sandbox')).toBe(false)
    const whole = directives('/share/whole.html')
    expect(whole.get('connect-src')).toBe("'none'")
    expect(whole.get('sandbox')).not.toContain('allow-same-origin')
    for (const path of ['/share/viewer.html', '/share/viewer.js', '/share/whole.html']) {
      expect(headersFor(path)).toMatchObject({ 'X-Robots-Tag': 'noindex, nofollow', 'Referrer-Policy': 'no-referrer' })
      expect(headersFor(path)).not.toHaveProperty('Cross-Origin-Embedder-Policy')
      expect(directives(path).get('trusted-types')).toBe("'none'")
    }
  })

  it('lets a preview do with itself what it likes and reach its own origin alone, framed by a local app only', () => {
    const policy = directives('/__preview/shell.html', { localPort: 7400 })
    expect(policy.get('default-src')).toBe("'self' data: blob: 'unsafe-inline' 'unsafe-eval'")
    expect(policy.get('connect-src')).toBe("'self' data: blob:")
    expect(policy.get('form-action')).toBe("'self'")
    expect(policy.get('frame-ancestors')).toBe("'self' http://localhost:7400")
    expect(headersFor('/__preview/page.js', { localPort: 7400 })).toMatchObject({
      'Cross-Origin-Resource-Policy': 'cross-origin',
      'Origin-Agent-Cluster': '?1',
      'X-DNS-Prefetch-Control': 'off',
    })
    expect(directives('/__preview/shell.html').get('frame-ancestors')).toBe("'none'")
  })

  it('ignores a query when it looks for the special paths', () => {
    expect(headersFor('/frame/kernel.html?v=2')).toEqual(headersFor('/frame/kernel.html'))
  })

  it('refuses a model origin that would change the policy', () => {
    for (const bad of ['https://a.example; script-src *', 'https://a.example/path', '*', "'unsafe-inline'", 'https://a b']) {
      expect(() => headersFor('/', { modelOrigins: [bad] })).toThrow(TypeError)
    }
  })

  it('says which features are off in the form that browsers read', () => {
    expect(headersFor('/')['Permissions-Policy']).toContain('camera=()')
    expect(headersFor('/')['Permissions-Policy']).not.toContain('cross-origin-isolated')
  })
})

describe('headersFile', () => {
  const files = [
    '/index.html',
    '/assets/index-1.js',
    '/assets/key-worker-2.js',
    '/assets/index-1.css',
    '/frame/kernel.html',
    '/frame/kernel.js',
  ]
  const blocks = new Map(
    headersFile({ files })
      .trimEnd()
      .split('\n\n')
      .map((block) => [block.split('\n', 1)[0] ?? '', block]),
  )

  it('names the policy in exactly one block for each document and script, never in a wildcard', () => {
    for (const [path, block] of blocks) {
      expect(block.includes('Content-Security-Policy')).toBe(!path.endsWith('*'))
    }
    expect([...blocks.keys()]).toEqual([
      '/*',
      '/assets/*',
      '/',
      '/index.html',
      '/assets/index-1.js',
      '/assets/key-worker-2.js',
      '/frame/kernel.html',
      '/frame/kernel.js',
    ])
  })

  it('lets browsers keep the frame of the sandbox, whose address names the build, and ask for the service worker anew', () => {
    expect(blocks.get('/frame/kernel.html')).toContain('Cache-Control: public, max-age=31536000, immutable')
    expect(headersFile({ files: ['/offline.js'] })).toMatch(/^\/offline\.js\n(?: .*\n)* {2}Cache-Control: no-cache$/m)
    expect(blocks.get('/frame/kernel.js')).not.toContain('Cache-Control')
  })

  it('gives each file the policy of headersFor', () => {
    for (const path of ['/', '/assets/key-worker-2.js', '/frame/kernel.html']) {
      expect(blocks.get(path)).toContain(`Content-Security-Policy: ${headersFor(path)['Content-Security-Policy']}`)
    }
  })
})
