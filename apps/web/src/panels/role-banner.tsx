import type { ReactNode } from 'react'
import { assertNever, type Failure, type SessionRow } from '@tabwright/protocol'
import type { SessionHandle } from '@tabwright/runtime'
import { Banner, useCopy } from '@tabwright/ui'
import { said, t } from '@tabwright/ui/language'
import { useApp } from '../store/context'
import { useAttempt, useRole } from '../store/session-view'
import { useFork } from './use-fork'

interface RoleBannerProps {
  readonly handle: SessionHandle
  readonly session: SessionRow
}

/** Whether this tab may write the session, and what to do when it may not. */
export function RoleBanner({ handle, session }: RoleBannerProps): ReactNode {
  const role = useRole(handle)
  const attempt = useAttempt()
  const exportSession = useApp((state) => state.exportSession)
  const setSettings = useApp((state) => state.setSettings)
  if (role === undefined) return null
  const save = { label: t('Export'), onPress: () => void exportSession(session) }
  switch (role.type) {
    case 'opening':
    case 'writer':
    // The line above the box says so.
    case 'recovering':
      return null
    case 'follower':
      return (
        <Banner kind="alert" actions={[{ label: t('Take over'), onPress: () => attempt(handle.takeOver()) }]}>
          {t('Open in another tab, and that one writes. This one shows it live; what you send or decide here goes through it.')}
        </Banner>
      )
    case 'paused': {
      const room = { label: t('Free space'), onPress: () => setSettings('storage') }
      const again = { label: t('Try again'), onPress: () => attempt(handle.retryNow()) }
      return <PausedBanner failure={role.failure} again={again} save={save} room={room} />
    }
    case 'readonly':
      return <ReadonlyBanner failure={role.failure} save={save} session={session} />
    case 'failed':
      return <FailedBanner failure={role.failure} save={save} />
    default:
      return assertNever(role)
  }
}

interface EndProps {
  readonly failure: Failure
  readonly save: { readonly label: string; readonly onPress: () => void }
}

const reload = (): EndProps['save'] => ({ label: t('Reload'), onPress: () => location.reload() })

function ReadonlyBanner({ failure, save, session }: EndProps & Pick<RoleBannerProps, 'session'>): ReactNode {
  const fork = useFork(session.id)
  const attempt = useAttempt()
  if (session.isImported === true) {
    return (
      <Banner kind="note" actions={[{ label: t('Fork to go on'), onPress: () => attempt(fork()) }, save]}>
        {t('Imported: this session can be read, not written. A fork of it can go on, without any rule that was remembered in it.')}
      </Banner>
    )
  }
  return (
    <Banner kind="alert" actions={failure.code === 'newer' ? [reload(), save] : [save, reload()]}>
      {failure.message}
    </Banner>
  )
}

/** For whoever is asked to help. */
function useReport(failure: Failure): EndProps['save'] {
  const copy = useCopy(`Tabwright: ${failure.code}\n${failure.message}\n${navigator.userAgent}`, 'Copy report')
  return { label: copy.label, onPress: copy.run }
}

/** Nothing runs until somebody says that it is worth a try. */
function PausedBanner({ failure, save, again, room }: EndProps & Readonly<Record<'again' | 'room', EndProps['save']>>): ReactNode {
  const report = useReport(failure)
  const others = failure.code === 'storage_full' ? [room, save] : failure.code === 'unexpected' ? [report, save] : []
  return (
    <Banner kind="alert" actions={[again, ...others]}>
      {said(failure.message)}
    </Banner>
  )
}

/** The worker gave up: what was written is there, and a report says why. */
function FailedBanner({ failure, save }: EndProps): ReactNode {
  const report = useReport(failure)
  return (
    <Banner kind="alert" actions={[reload(), report, save]}>
      {failure.message}
    </Banner>
  )
}
