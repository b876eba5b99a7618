"""What a fleet is watched with: rules for Prometheus and a dashboard for Grafana, printed by `creditsui metrics`."""
