/** The parts of Pyodide that we use. Its own types leave out what makes it a program of a command line. */
declare module 'pyodide/pyodide.asm.mjs' {
  const createPyodideModule: unknown
  export default createPyodideModule
}

declare module 'pyodide/pyodide.mjs' {
  /** A node of Emscripten's file system. */
  export interface FsNode {
    name: string
    mode: number
    parent: FsNode
    readonly id: number
    readonly mount: { readonly opts: { readonly root: string } }
    node_ops: object
    stream_ops: object
  }
  export interface FsStream {
    readonly node: FsNode
    readonly flags: number
    readonly position: number
  }
  export interface EmscriptenFs {
    readonly ErrnoError: new (errno: number) => Error
    createNode(parent: FsNode | null, name: string, mode: number, device?: number): FsNode
    mount(type: object, options: { readonly root: string }, path: string): void
    mkdirTree(path: string): void
    chmod(path: string, mode: number): void
    isFile(mode: number): boolean
    isDir(mode: number): boolean
  }
  export interface PyFunction {
    callKwargs(named: object): unknown
    (...args: unknown[]): unknown
  }
  export interface Pyodide {
    readonly FS: EmscriptenFs
    readonly ERRNO_CODES: Readonly<Record<string, number>>
    readonly _module: { _run_main(): number }
    readonly globals: { set(name: string, value: unknown): void }
    runPython(code: string): unknown
    toPy(value: unknown): unknown
    setStdin(how: { read(buffer: Uint8Array): number; isatty: boolean }): void
    setStdout(how: { write(buffer: Uint8Array): number; isatty: boolean }): void
    setStderr(how: { write(buffer: Uint8Array): number; isatty: boolean }): void
    setInterruptBuffer(buffer: Uint8Array): void
    makeMemorySnapshot(): Uint8Array
  }
  export interface PyodideConfig {
    readonly indexURL: string
    readonly packageBaseUrl: string
    readonly lockFileContents: object
    readonly env: Readonly<Record<string, string>>
    readonly args?: readonly string[]
    readonly stdin?: () => null
    readonly createPyodideModule: unknown
    readonly _makeSnapshot?: boolean
    readonly _loadSnapshot?: Uint8Array
  }
  export function loadPyodide(config: PyodideConfig): Promise<Pyodide>
}
