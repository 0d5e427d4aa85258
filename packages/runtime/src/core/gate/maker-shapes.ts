/** What keys and tokens of well-known makers look like. Every expression takes time linear in the text. */
interface KeyShape {
  readonly what: string
  /** Every such key has one of these in it; empty: there is nothing that all have. Looking for them first is far quicker. */
  readonly has: readonly string[]
  readonly shape: RegExp
}

/** By what their makers put in front, so that a word of somebody's is not taken for one. */
const SHAPES: readonly KeyShape[] = [
  { what: 'a private key', has: ['PRIVATE KEY'], shape: /-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----[A-Za-z0-9+/=\s:,-]{20,}/g },
  { what: 'an age key', has: ['AGE-SECRET-KEY-1'], shape: /\bAGE-SECRET-KEY-1[0-9A-Z]{40,}/g },

  { what: 'an Anthropic key', has: ['sk-ant-'], shape: /\bsk-ant-[\w-]{20,}/g },
  { what: 'a key of OpenAI’s form', has: ['sk-'], shape: /\bsk-(?!ant-)(?:proj-|svcacct-)?[A-Za-z0-9_-]{32,}/g },
  { what: 'a Hugging Face token', has: ['hf_'], shape: /\bhf_[A-Za-z0-9]{30,}/g },
  { what: 'a Groq key', has: ['gsk_'], shape: /\bgsk_[A-Za-z0-9]{40,}/g },
  { what: 'an xAI key', has: ['xai-'], shape: /\bxai-[A-Za-z0-9]{60,}/g },
  { what: 'a Replicate token', has: ['r8_'], shape: /\br8_[A-Za-z0-9]{30,}/g },
  { what: 'a Perplexity key', has: ['pplx-'], shape: /\bpplx-[A-Za-z0-9]{40,}/g },

  { what: 'a GitHub token', has: ['gh', 'github_pat_'], shape: /\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_\w{22,})/g },
  { what: 'a GitLab token', has: ['gl'], shape: /\bgl(?:pat|dt|rt|soat|cbt|ptt|ft|imt|agent)-[\w-]{20,}/g },
  { what: 'a Bitbucket token', has: ['ATBB'], shape: /\bATBB[A-Za-z0-9]{24,}/g },
  { what: 'an Atlassian token', has: ['ATATT3'], shape: /\bATATT3[\w=-]{40,}/g },
  { what: 'an npm token', has: ['npm_'], shape: /\bnpm_[A-Za-z0-9]{36}\b/g },
  { what: 'a PyPI token', has: ['pypi-'], shape: /\bpypi-[\w-]{50,}/g },
  { what: 'a RubyGems key', has: ['rubygems_'], shape: /\brubygems_[0-9a-f]{48}/g },
  { what: 'a NuGet key', has: ['oy2'], shape: /\boy2[a-z0-9]{43}\b/g },
  { what: 'a Clojars token', has: ['CLOJARS_'], shape: /\bCLOJARS_[0-9a-f]{60}/g },
  { what: 'a Docker token', has: ['dckr_'], shape: /\bdckr_(?:pat|oat)_[\w-]{24,}/g },
  { what: 'a CircleCI token', has: ['CCIPAT_'], shape: /\bCCIPAT_[A-Za-z0-9]{10,}_[0-9a-f]{40}/g },
  { what: 'a Buildkite token', has: ['bkua_', 'bkpa_'], shape: /\bbk[up]a_[A-Za-z0-9]{36,}/g },

  { what: 'an AWS key', has: ['AKIA', 'ASIA'], shape: /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/g },
  { what: 'a Google key', has: ['AIza'], shape: /\bAIza[\w-]{35}/g },
  { what: 'a Google client secret', has: ['GOCSPX-'], shape: /\bGOCSPX-[\w-]{24,}/g },
  { what: 'a Google access token', has: ['ya29.'], shape: /\bya29\.[\w-]{20,}/g },
  { what: 'an Azure storage key', has: ['AccountKey='], shape: /\bAccountKey=[A-Za-z0-9+/]{60,}={0,2}/g },
  { what: 'an Azure client secret', has: ['8Q~'], shape: /\b[A-Za-z0-9_~.-]{3}8Q~[A-Za-z0-9_~.-]{34}/g },
  { what: 'a DigitalOcean token', has: ['_v1_'], shape: /\bdo[opr]_v1_[0-9a-f]{64}/g },
  { what: 'a Fly.io token', has: ['fo1_', 'fm1', 'fm2'], shape: /\b(?:fo1_[\w-]{40,}|fm[12][ar]?_[A-Za-z0-9+/=]{40,})/g },
  { what: 'a Heroku key', has: ['HRKU-'], shape: /\bHRKU-[\w-]{36,}/g },
  { what: 'a Netlify token', has: ['nfp_'], shape: /\bnfp_[A-Za-z0-9]{36,}/g },
  { what: 'a Vercel token', has: ['vercel_blob_rw_'], shape: /\bvercel_blob_rw_\w{20,}/g },
  { what: 'a Supabase key', has: ['sbp_', 'sb_secret_'], shape: /\b(?:sbp_[0-9a-f]{40}|sb_secret_[\w-]{20,})/g },
  { what: 'a PlanetScale token', has: ['pscale_'], shape: /\bpscale_(?:tkn|pw|oauth)_[\w.-]{30,}/g },
  { what: 'a Databricks token', has: ['dapi'], shape: /\bdapi[0-9a-f]{32}\b/g },
  { what: 'a Vault token', has: ['hvs.', 'hvb.', 'hvr.'], shape: /\bhv[sbr]\.[\w-]{24,}/g },
  { what: 'a Terraform Cloud token', has: ['.atlasv1.'], shape: /\b[A-Za-z0-9]{14}\.atlasv1\.[\w-]{60,}/g },
  { what: 'a Pulumi token', has: ['pul-'], shape: /\bpul-[0-9a-f]{40}\b/g },
  { what: 'a Doppler token', has: ['dp.'], shape: /\bdp\.(?:pt|st|ct|sa|scim|audit)\.[\w.-]{40,}/g },

  { what: 'a Slack token', has: ['xox'], shape: /\bxox[abeprs]-[\w-]{10,}/g },
  { what: 'a Slack app token', has: ['xapp-'], shape: /\bxapp-\d-[A-Z0-9]+-\d+-[0-9a-f]{32,}/g },
  { what: 'a Slack webhook', has: ['hooks.slack.com/'], shape: /\bhooks\.slack\.com\/(?:services|workflows)\/[\w/]{20,}/g },
  { what: 'a Discord webhook', has: ['/api/webhooks/'], shape: /\bdiscord(?:app)?\.com\/api\/webhooks\/\d{15,}\/[\w-]{40,}/g },
  { what: 'a Discord bot token', has: [], shape: /\b[MNO][A-Za-z0-9_-]{23,27}\.[\w-]{6}\.[\w-]{27,}/g },
  { what: 'a Telegram bot token', has: [':AA'], shape: /\b\d{8,10}:AA[\w-]{33}/g },
  { what: 'a Twilio key', has: ['SK'], shape: /\bSK[0-9a-f]{32}\b/g },
  { what: 'a SendGrid key', has: ['SG.'], shape: /\bSG\.[\w-]{16,}\.[\w-]{16,}/g },
  { what: 'a Mailgun key', has: ['key-'], shape: /\bkey-[0-9a-f]{32}\b/g },
  { what: 'a Mailchimp key', has: ['-us'], shape: /\b[0-9a-f]{32}-us\d{1,2}\b/g },
  { what: 'a Brevo key', has: ['xkeysib-'], shape: /\bxkeysib-[0-9a-f]{64}-\w{16}/g },

  { what: 'a Stripe key', has: ['k_live_', 'k_test_'], shape: /\b[rs]k_(?:live|test)_[A-Za-z0-9]{16,}/g },
  { what: 'a Stripe webhook secret', has: ['whsec_'], shape: /\bwhsec_[A-Za-z0-9+/=]{24,}/g },
  { what: 'a Square token', has: ['sq0'], shape: /\bsq0(?:atp|csp|idp)-[\w-]{22,}/g },
  { what: 'a Shopify token', has: ['shp'], shape: /\bshp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}/g },
  { what: 'a PayPal token', has: ['access_token$'], shape: /\baccess_token\$(?:production|sandbox)\$[0-9a-z]{16}\$[0-9a-f]{32}/g },

  { what: 'a Grafana token', has: ['glc_', 'glsa_'], shape: /\bgl(?:c|sa)_[A-Za-z0-9+/=_]{32,}/g },
  { what: 'a New Relic key', has: ['NRAK-', 'NRJS-', 'NRII-', 'NRRA-'], shape: /\bNR(?:AK|JS|II|RA)-[A-Za-z0-9]{19,}/g },
  { what: 'a Sentry token', has: ['sntry'], shape: /\bsntry[su]_[A-Za-z0-9+/=_-]{40,}/g },
  { what: 'a Postman key', has: ['PMAK-'], shape: /\bPMAK-[0-9a-f]{24}-[0-9a-f]{34}/g },
  { what: 'a Linear key', has: ['lin_'], shape: /\blin_(?:api|oauth)_[A-Za-z0-9]{32,}/g },
  { what: 'a Notion token', has: ['secret_', 'ntn_'], shape: /\b(?:secret_[A-Za-z0-9]{43}\b|ntn_[A-Za-z0-9]{40,})/g },
  { what: 'an Airtable token', has: ['pat'], shape: /\bpat[A-Za-z0-9]{14}\.[0-9a-f]{64}/g },
  { what: 'a Figma token', has: ['figd_', 'figo_', 'figu_', 'figr_'], shape: /\bfig[dour]_[\w-]{36,}/g },
  { what: 'a Dropbox token', has: ['sl.'], shape: /\bsl\.(?:u\.)?[\w-]{60,}/g },
  { what: 'a Contentful token', has: ['CFPAT-'], shape: /\bCFPAT-[\w-]{43}/g },
  { what: 'a Facebook token', has: ['EAA'], shape: /\bEAA[A-Za-z0-9]{60,}/g },

  { what: 'a signed token (JWT)', has: ['eyJ'], shape: /\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}/g },
]

/** A part of a text that looks like a key. */
export interface Shaped {
  readonly what: string
  readonly text: string
}

/** What of a text has the shape of a maker's key, in no order. */
export function makersKeysIn(text: string): readonly Shaped[] {
  return SHAPES.flatMap(({ what, has, shape }) =>
    has.length > 0 && !has.some((part) => text.includes(part)) ? [] : [...text.matchAll(shape)].map(([match]) => ({ what, text: match })),
  )
}
