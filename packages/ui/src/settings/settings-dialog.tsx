import { useRef, type ReactNode, type RefObject } from 'react'
import { Dialog } from '@base-ui/react/dialog'
import { Tabs } from '@base-ui/react/tabs'
import { X } from 'lucide-react'
import { t, type Phrase } from '../language'
import { Button } from '../layout/button'
import { AboutTab, type AboutTabProps } from './about-tab'
import { AppearanceTab, type AppearanceTabProps } from './appearance-tab'
import { GeneralTab, type GeneralTabProps } from './general-tab'
import { GitHostsTab, type GitHostsTabProps } from './git-hosts-tab'
import { LimitsTab, type LimitsTabProps } from './limits-tab'
import { McpTab, type McpTabProps } from './mcp-tab'
import { PermissionsTab, type PermissionsTabProps } from './permissions/permissions-tab'
import { RelayTab, type RelayTabProps } from './relay-tab'
import { ProvidersTab, type ProvidersTabProps } from './providers-tab'
import { ShortcutsTab, type ShortcutsTabProps } from './shortcuts-tab'
import { StorageTab, type StorageTabProps } from './storage-tab'
import styles from './settings.module.css'

/** The tabs there are: a tab appears when what is behind it works. */
export type SettingsTab =
  | 'providers'
  | 'general'
  | 'permissions'
  | 'limits'
  | 'hosts'
  | 'mcp'
  | 'relay'
  | 'shortcuts'
  | 'appearance'
  | 'storage'
  | 'about'

export interface SettingsDialogProps {
  /** Which tab is open; undefined: the dialog is closed. */
  readonly tab: SettingsTab | undefined
  readonly onTab: (tab: SettingsTab | undefined) => void
  /** What asks behind the dialog, in a sentence; undefined: nothing does. */
  readonly asks?: string | undefined
  readonly providers: ProvidersTabProps
  /** Not there without a relay, which keeps the tokens. */
  readonly hosts?: GitHostsTabProps
  /** Not there without a relay, which is connected to the servers. */
  readonly mcp?: McpTabProps
  /** Not there without a relay. */
  readonly relay?: RelayTabProps
  readonly general: GeneralTabProps
  readonly limits: LimitsTabProps
  readonly permissions: PermissionsTabProps
  readonly shortcuts: ShortcutsTabProps
  readonly appearance: AppearanceTabProps
  readonly storage: StorageTabProps
  readonly about: AboutTabProps
}

/** What each is called, in their order. */
export const SETTINGS_TABS: readonly (readonly [SettingsTab, Phrase])[] = [
  ['providers', 'Providers'],
  ['general', 'General'],
  ['permissions', 'Permissions'],
  ['limits', 'Limits'],
  ['hosts', 'Git hosts'],
  ['mcp', 'MCP'],
  ['relay', 'Relay'],
  ['shortcuts', 'Shortcuts'],
  ['appearance', 'Appearance'],
  ['storage', 'Storage'],
  ['about', 'About'],
]

/** The safe answer of the card, where the person went to it; else what had the focus before. */
function focusAfter(goes: RefObject<boolean>): HTMLElement | boolean {
  const isAsked = goes.current
  goes.current = false
  const safe = isAsked ? document.querySelector('[role="alertdialog"] button') : null
  return safe instanceof HTMLElement ? safe : true
}

/** Everything that can be set. */
export function SettingsDialog(props: SettingsDialogProps): ReactNode {
  const { tab: asked, onTab, asks } = props
  const goes = useRef(false)
  const goToCard = (): void => {
    goes.current = true
    onTab(undefined)
  }
  const isMissing = (value: SettingsTab): boolean =>
    (value === 'hosts' || value === 'mcp' || value === 'relay') && props[value] === undefined
  const tabs = SETTINGS_TABS.filter(([value]) => !isMissing(value))
  const tab = asked !== undefined && isMissing(asked) ? 'providers' : asked
  return (
    <Dialog.Root open={tab !== undefined} onOpenChange={(open) => !open && onTab(undefined)}>
      <Dialog.Portal>
        <Dialog.Backdrop className={styles['backdrop']} />
        <Dialog.Popup className={styles['dialog']} data-testid="settings" finalFocus={() => focusAfter(goes)}>
          <header className={styles['head']}>
            <Dialog.Title className={styles['title']}>{t('Settings')}</Dialog.Title>
            <Dialog.Close className={styles['close']} aria-label={t('Close settings')}>
              <X size={17} aria-hidden />
            </Dialog.Close>
          </header>
          <div aria-live="assertive" className="visually-hidden">
            {asks}
          </div>
          {asks !== undefined && (
            <div className={styles['asks']}>
              <p>{asks}</p>
              <Button look="primary" onPress={goToCard}>
                {t('Close Settings and answer')}
              </Button>
            </div>
          )}
          <Tabs.Root
            className={styles['body']}
            orientation="vertical"
            value={tab ?? 'providers'}
            onValueChange={(next: SettingsTab) => onTab(next)}
          >
            <Tabs.List className={styles['tabs']}>
              {tabs.map(([value, label]) => (
                <Tabs.Tab key={value} value={value} className={styles['tab']}>
                  {t(label)}
                </Tabs.Tab>
              ))}
            </Tabs.List>
            <Tabs.Panel value="providers" className={styles['panel']}>
              <ProvidersTab {...props.providers} />
            </Tabs.Panel>
            <Tabs.Panel value="general" className={styles['panel']}>
              <GeneralTab {...props.general} />
            </Tabs.Panel>
            <Tabs.Panel value="limits" className={styles['panel']}>
              <LimitsTab {...props.limits} />
            </Tabs.Panel>
            <Tabs.Panel value="permissions" className={styles['panel']}>
              <PermissionsTab {...props.permissions} />
            </Tabs.Panel>
            {props.hosts !== undefined && (
              <Tabs.Panel value="hosts" className={styles['panel']}>
                <GitHostsTab {...props.hosts} />
              </Tabs.Panel>
            )}
            {props.mcp !== undefined && (
              <Tabs.Panel value="mcp" className={styles['panel']}>
                <McpTab {...props.mcp} />
              </Tabs.Panel>
            )}
            {props.relay !== undefined && (
              <Tabs.Panel value="relay" className={styles['panel']}>
                <RelayTab {...props.relay} />
              </Tabs.Panel>
            )}
            <Tabs.Panel value="shortcuts" className={styles['panel']}>
              <ShortcutsTab {...props.shortcuts} />
            </Tabs.Panel>
            <Tabs.Panel value="appearance" className={styles['panel']}>
              <AppearanceTab {...props.appearance} />
            </Tabs.Panel>
            <Tabs.Panel value="storage" className={styles['panel']}>
              <StorageTab {...props.storage} />
            </Tabs.Panel>
            <Tabs.Panel value="about" className={styles['panel']}>
              <AboutTab {...props.about} />
            </Tabs.Panel>
          </Tabs.Root>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
