import { spawn } from 'node:child_process'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** The real git behind HTTP, for folders of this machine. */
export interface GitServer {
  /** `http://127.0.0.1:PORT` */
  readonly url: string
  /** `GET /up.git/info/refs?service=…`, in order. */
  readonly asked: readonly string[]
  close(): Promise<void>
}

/** How the server answers. */
export interface GitServerOptions {
  /** Only with this `Authorization`. */
  readonly token?: string
  /** Answers instead of git where it gives true. */
  readonly instead?: (request: IncomingMessage, response: ServerResponse) => boolean
}

/** Serves every repository below `root` with `git http-backend`. Pushing is allowed. */
export async function gitServer(root: string, options: GitServerOptions = {}): Promise<GitServer> {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(`${request.method ?? ''} ${request.url ?? ''}`)
    if (options.instead?.(request, response) === true) return
    if (options.token !== undefined && request.headers.authorization !== options.token) {
      response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="git"' }).end()
      return
    }
    backend(root, request, response)
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${address.port}`,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

/** CGI as `git http-backend` speaks it: headers, an empty line, the body. */
function backend(root: string, request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? '/', 'http://server')
  const child = spawn('git', ['-c', 'http.receivepack=true', 'http-backend'], {
    env: {
      PATH: process.env['PATH'] ?? '',
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: '1',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'safe.directory',
      GIT_CONFIG_VALUE_0: '*',
      PATH_INFO: decodeURIComponent(url.pathname),
      QUERY_STRING: url.search.slice(1),
      REQUEST_METHOD: request.method ?? 'GET',
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      CONTENT_LENGTH: request.headers['content-length'] ?? '',
      GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
      REMOTE_USER: 'tester',
      REMOTE_ADDR: '127.0.0.1',
    },
  })
  request.pipe(child.stdin)
  child.stdin.on('error', () => request.destroy())
  let head = Buffer.alloc(0)
  let isBody = false
  child.stdout.on('data', (chunk: Buffer) => {
    if (isBody) {
      response.write(chunk)
      return
    }
    head = Buffer.concat([head, chunk])
    const end = head.indexOf('\r\n\r\n')
    if (end < 0) return
    isBody = true
    const lines = head.subarray(0, end).toString().split('\r\n')
    const status = lines.find((line) => line.startsWith('Status: '))
    response.statusCode = status === undefined ? 200 : Number(status.slice(8, 11))
    for (const line of lines) {
      const at = line.indexOf(': ')
      if (at > 0 && !line.startsWith('Status: ')) response.setHeader(line.slice(0, at), line.slice(at + 2))
    }
    response.write(head.subarray(end + 4))
  })
  child.on('close', () => response.end())
}
