/** Answers of the host that say little, for tests that say the rest. */

/** @typedef {import('../../../extension/shared/protocol.d.ts').AccountView} AccountView */
/** @typedef {import('../../../extension/shared/protocol.d.ts').BatchRowView} BatchRowView */
/** @typedef {import('../../../extension/shared/protocol.d.ts').BatchView} BatchView */
/** @typedef {import('../../../extension/shared/protocol.d.ts').DeliveryView} DeliveryView */
/** @typedef {import('../../../extension/shared/protocol.d.ts').Health} Health */
/** @typedef {import('../../../extension/shared/protocol.d.ts').RecipientView} RecipientView */

/** @param {{ under_way?: number, need_person?: number, next_at?: string | null, batches?: BatchView[], accounts?: AccountView[] }} [says] */
export function health({ under_way = 0, need_person = 0, next_at = null, batches = [], accounts = [] } = {}) {
  /** @type {Health} */
  const whole = { vault: 'file', vault_failure: null, store_failure: null, client: null, client_failure: null, accounts, outbox: { under_way, need_person, sent_today: 0 }, ahead: { next_at, batches }, watched: null };
  return whole;
}

/** @param {Partial<BatchView>} [says] @returns {BatchView} */
export function batch(says = {}) {
  return {
    batch: 'L1', name: 'Noviembre', state: 'running', digest: 'd', rows: 12, refused: 3, warned: 0, messages: 8, under_way: 5, sent: 3, need_person: 0, failed: 0, new_recipients: 0,
    seconds_left: 240, continues_at: null, created_at: '2026-11-22T10:00:00Z', ...says,
  };
}

/** @param {Partial<AccountView>} [says] @returns {AccountView} */
export function account(says = {}) {
  return {
    id: 'C1', address: 'secreto@b.mx', state: 'ready', granted_at: '', companies: ['AAA010101AAA'], deliveries: 0, used_today: 1, daily_budget: 500, continues_at: null,
    paused_by: null, last_used_at: null, ends_at: null, ends_by: null, reminder: null, reconnect: null, reconnect_detail: null, ended_at: null, ...says,
  };
}

/** @param {Partial<BatchRowView>} [says] @returns {BatchRowView} */
export function row(says = {}) {
  return {
    row: 1, uuid: 'U', receiver_rfc: 'R', receiver_name: null, folio: null, total: null, currency: null, to: ['a@b.mx'], cc: [], failure: null, subject: null,
    reasons: [], message: null, delivery: null, state: null, reason: null, print: false, new_recipients: 0, ...says,
  };
}

/** @param {Partial<DeliveryView>} [says] @returns {DeliveryView} */
export function delivery(says = {}) {
  return {
    delivery: 'E1', state: 'deferred', reason: null, not_before: null, committed: false, company: 'AAA010101AAA', receiver_rfc: 'XAXX010101000', receiver_name: '',
    from: 'f@b.mx', to: ['a@b.mx'], cc: ['c@b.mx'], subject: 'S', uuids: ['U1', 'U2'], folios: ['A1', 'A2'], resend: 0, portal: null, provider_id: null,
    created_at: '', changed_at: '', ...says,
  };
}

/** @param {Partial<RecipientView>} [says] @returns {RecipientView} */
export function recipient(says = {}) {
  return { address: 'a@b.mx', field: 'to', known: false, own: false, last_confirmed_at: null, ...says };
}
