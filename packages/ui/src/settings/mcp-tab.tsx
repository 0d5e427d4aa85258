import { useEffect, useState, type ReactNode } from 'react'
import { failureOf } from '@tabwright/protocol'
import { Visible } from '../approvals/exact-request'
import { Button } from '../layout/button'
import { plural, Rich, t } from '../language'
import styles from './settings.module.css'

/** A server of the Model Context Protocol, as the relay tells of it. */
export interface McpServerView {
  readonly name: string
  readonly where: string
  readonly signsIn: boolean
  readonly state: 'connecting' | 'connected' | 'needs-sign-in' | 'failed'
  readonly problem?: string
  readonly tools: readonly { readonly id: string; readonly description: string }[]
}

export interface McpTabProps {
  /** undefined while they are read. */
  readonly servers: readonly McpServerView[] | undefined
  /** Where this relay is, such as `http://localhost:7878`. */
  readonly relay: string
  /** Reads the list anew. Rejects with a FailureError. */
  readonly onRead: () => Promise<void>
  /** @returns the address where the person signs in */
  readonly onSignIn: (server: string) => Promise<string>
  readonly onSignOut: (server: string) => Promise<void>
}

/** Servers come, go and are signed in to elsewhere: the list is read again so often while it is looked at. */
const AGAIN_MS = 2000

/** The MCP servers of the relay: where each stands, what it offers, and the way to sign in. */
export function McpTab({ servers, relay, onRead, onSignIn, onSignOut }: McpTabProps): ReactNode {
  const [problem, setProblem] = useState<string>()
  useEffect(() => {
    const read = (): void => {
      onRead().then(
        () => setProblem(undefined),
        (error: unknown) => setProblem(failureOf(error).message),
      )
    }
    read()
    const timer = setInterval(read, AGAIN_MS)
    return () => clearInterval(timer)
  }, [onRead])
  return (
    <>
      <h3>{t('MCP servers')}</h3>
      <p>
        <Rich
          text="Servers of the Model Context Protocol that the relay was told of in {file} of its data folder, and nowhere else. Their tools are functions that agents can call; each call asks you, unless a rule in Permissions speaks for it."
          with={{ file: <code>mcp.json</code> }}
        />
      </p>
      {servers === undefined && problem === undefined && <p className={styles['aside']}>{t('Reading…')}</p>}
      {problem !== undefined && <p role="alert">{problem}</p>}
      {servers?.map((server) => (
        <Server key={server.name} server={server} onSignIn={onSignIn} onSignOut={onSignOut} />
      ))}
      {servers?.length === 0 && (
        <p className={styles['aside']}>
          <Rich
            text="None is configured. Write {example} into that file and start the relay again."
            with={{ example: <code>{EXAMPLE}</code> }}
          />
        </p>
      )}
      {servers !== undefined && servers.length > 0 && (
        <p className={styles['aside']}>
          <Rich
            text="Other programs that speak the protocol reach them at {address} with a token of {command}."
            with={{
              address: <code>{`${relay}/mcp/${servers[0]?.name ?? ''}`}</code>,
              command: <code>tabwright token add</code>,
            }}
          />
        </p>
      )}
    </>
  )
}

const EXAMPLE = '{"servers": {"docs": {"url": "https://mcp.example/mcp", "oauth": true}}}'

type ServerProps = Pick<McpTabProps, 'onSignIn' | 'onSignOut'> & { readonly server: McpServerView }

function Server({ server, onSignIn, onSignOut }: ServerProps): ReactNode {
  const { name, where, signsIn, state, tools } = server
  const [asked, setAsked] = useState<{ readonly address?: string; readonly problem?: string; readonly isBusy?: true }>({})
  const attempt = (work: Promise<string | void>): void => {
    setAsked({ isBusy: true })
    work.then(
      (address) => setAsked(typeof address === 'string' ? { address } : {}),
      (error: unknown) => setAsked({ problem: failureOf(error).message }),
    )
  }
  const isIn = state === 'connected'
  return (
    <>
      <div className={styles['current']} data-on={isIn || undefined} role="group" aria-label={name}>
        <p>
          <strong>{name}</strong>, {where}. <Visible text={standing(server)} />
        </p>
        {signsIn && isIn && <Button onPress={() => attempt(onSignOut(name))}>{t('Sign out')}</Button>}
        {signsIn && !isIn && (
          <Button onPress={() => attempt(onSignIn(name))} disabled={asked.isBusy === true}>
            {asked.isBusy ? t('Asking…') : t('Sign in')}
          </Button>
        )}
        {asked.address !== undefined && !isIn && (
          <p role="status">
            <a href={asked.address} target="_blank" rel="noopener noreferrer">
              {t('Open the sign-in of {name} at {host}', { name, host: new URL(asked.address).host })}
            </a>
          </p>
        )}
        {asked.problem !== undefined && <p role="alert">{asked.problem}</p>}
      </div>
      {tools.length > 0 && (
        <div className={styles['table']} tabIndex={0} role="region" aria-label={t('Tools of {name}', { name })}>
          <table>
            <thead>
              <tr>
                <th scope="col">{t('Tool')}</th>
                <th scope="col">{t('What it says of itself')}</th>
              </tr>
            </thead>
            <tbody>
              {tools.map(({ id, description }) => (
                <tr key={id}>
                  <td>{id}</td>
                  <td>
                    <Visible text={description} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  )
}

function standing({ state, problem, tools }: McpServerView): string {
  switch (state) {
    case 'connecting':
      return t('It is being connected to.')
    case 'connected':
      return t('Connected, with {tools}.', { tools: plural(tools.length, 'tool') })
    case 'needs-sign-in':
      return t('Somebody has to sign in to it first.')
    case 'failed':
      return t('Not connected: {problem} It is tried again by itself.', { problem: problem ?? t('nobody knows why.') })
  }
}
