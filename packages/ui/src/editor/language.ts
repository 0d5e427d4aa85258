/** Monaco's name of a grammar, by file extension. Only what `monaco.ts` registers. */
const BY_EXTENSION = new Map<string, string>(
  Object.entries({
    bash: 'shell',
    c: 'c',
    cc: 'cpp',
    cjs: 'javascript',
    cpp: 'cpp',
    cs: 'csharp',
    css: 'css',
    cts: 'typescript',
    go: 'go',
    h: 'cpp',
    hpp: 'cpp',
    htm: 'html',
    html: 'html',
    ini: 'ini',
    java: 'java',
    js: 'javascript',
    json: 'json',
    jsonc: 'json',
    jsx: 'javascript',
    kt: 'kotlin',
    less: 'less',
    lua: 'lua',
    markdown: 'markdown',
    md: 'markdown',
    mjs: 'javascript',
    mts: 'typescript',
    php: 'php',
    py: 'python',
    rb: 'ruby',
    rs: 'rust',
    scss: 'scss',
    sh: 'shell',
    sql: 'sql',
    svg: 'xml',
    swift: 'swift',
    toml: 'ini',
    ts: 'typescript',
    tsx: 'typescript',
    xml: 'xml',
    yaml: 'yaml',
    yml: 'yaml',
  }),
)

const BY_NAME = new Map<string, string>(
  Object.entries({
    dockerfile: 'dockerfile',
    '.bashrc': 'shell',
    '.npmrc': 'ini',
    '.editorconfig': 'ini',
    '.gitconfig': 'ini',
  }),
)

/** Which grammar colours a file; `plaintext` when none does. */
export function languageOf(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase()
  const named = BY_NAME.get(name)
  if (named !== undefined) return named
  const dot = name.lastIndexOf('.')
  return (dot === -1 ? undefined : BY_EXTENSION.get(name.slice(dot + 1))) ?? 'plaintext'
}
