import type { GitPerson, PackageStore, SessionId } from '@tabwright/protocol'
import type { Elsewhere } from './away/away-desk'
import type { LoadProgram } from './program-desk'

/** A locked frame: the port that it was connected with, and how to throw it away. */
export interface KernelFrame {
  readonly port: MessagePort
  close(): void
}

/** What the page and the server give. */
export interface EmbeddedOptions {
  /** Puts up a new frame for a session. */
  openFrame(session: SessionId): Promise<KernelFrame>
  /** The texts of the kernel and the process worker. */
  bundles(): Promise<{ readonly kernel: string; readonly process: string }>
  /** Python, packed; asked when a command first wants it. Default: there is none. */
  readonly python?: LoadProgram
  /** The bundler, in the same way. */
  readonly bundler?: LoadProgram
  /** Who commits; asked before each command. Default: nobody. */
  person?(): Promise<GitPerson>
  /** A value that looks like a token and must never leave; planted in each sandbox. Default: none. */
  decoy?(session: SessionId): string
  /** Most bytes that are kept of one command's output. */
  readonly kept?: number
  /** Where some commands run instead. Default: all run here. */
  readonly elsewhere?: Elsewhere
  /** Archives of packages, shared by all sessions of this browser. Default: none are kept. */
  readonly packages?: PackageStore
}
