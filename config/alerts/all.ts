import type { Alert } from '../../shared/alerts/definition.ts';
import { batchComplaints } from './batch-complaints.ts';
import { refundRate } from './refund-rate.ts';
import { shippingOnTime } from './shipping-on-time.ts';

// A bundler can't list a folder, so a new alert is its file and one line here.
export const allAlerts: readonly Alert[] = [refundRate, shippingOnTime, batchComplaints];
